using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Benchmarks.Serving;

/// <summary>
/// Processor time of skinclassifier-server for a prediction beside that of a pool of engines in this process, with the same model, images and number of
/// callers, in turn. The callers' own time, in this process, does not count for the server.
/// </summary>
internal static class ServerBenchmark
{
    public const string Usage = "server SERVER.dll MODEL.zip --images FOLDER [--connections 16] [--seconds 60] [--rounds 1]   SERVER.dll: "
        + "skinclassifier-server, built";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (2, 2), new()
        {
            ["--images"] = "",
            ["--connections"] = "16",
            ["--seconds"] = "60",
            ["--rounds"] = "1",
        }) is not { } options)
            return Arguments.Refused;
        byte[][] images = [.. Directory.EnumerateFiles(options["--images"], "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(200)
            .Select(File.ReadAllBytes)];
        int connections = options.Whole("--connections");
        TimeSpan time = TimeSpan.FromSeconds(options.Whole("--seconds"));
        using ServiceProcess service = ServiceProcess.Start(options.Names[0], options.Names[1], isServer: true);
        using SocketsHttpHandler handler = new() { MaxConnectionsPerServer = connections };
        using HttpClient client = new(handler) { BaseAddress = service.Address, Timeout = TimeSpan.FromMinutes(2) };
        using PredictionEnginePool pool = new(ImageClassificationModel.Load(options.Names[1]));
        async Task<bool> ByServer(byte[] image)
        {
            using HttpResponseMessage answer = await client.PostAsync("/v1/predict", new ByteArrayContent(image));
            await answer.Content.ReadAsByteArrayAsync();
            return answer.StatusCode == HttpStatusCode.OK;
        }
        async Task<bool> ByPool(byte[] image) => (await pool.PredictAsync(image)).Error is null;
        Console.WriteLine($"{connections} callers, {time.TotalSeconds} s each, {options["--rounds"]} rounds in turn, {images.Length} images, "
            + $"{Environment.ProcessorCount} processors shared with the callers\n");
        Console.WriteLine("| | predictions | p50, ms | p99, ms | p99 / p50 | processor time each, ms | refused | memory at most, MiB |\n"
            + "|---|---|---|---|---|---|---|---|");
        Process own = Process.GetCurrentProcess();
        Measured inPool = new(), onServer = new();
        Load(images, connections, TimeSpan.FromSeconds(3), ByPool, () => 0, new Measured());
        Load(images, connections, TimeSpan.FromSeconds(3), ByServer, () => 0, new Measured());
        for (int round = 0; round < options.Whole("--rounds"); round++)
        {
            Load(images, connections, time, ByPool, () => Refreshed(own).TotalProcessorTime.TotalSeconds, inPool);
            Load(images, connections, time, ByServer, () =>
            {
                onServer.Memory = Math.Max(onServer.Memory, service.Memory);
                return service.ProcessorTime;
            }, onServer);
        }
        Console.WriteLine($"| pool in this process | {inPool} |\n| server | {onServer} |\n");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server / pool, processor time: {onServer.Each / inPool.Each:F3}"));
        return 0;
    }

    private static Process Refreshed(Process process)
    {
        process.Refresh();
        return process;
    }

    private static void Load(byte[][] images, int callers, TimeSpan time, Func<byte[], Task<bool>> predict, Func<double> processorTime, Measured result)
    {
        ConcurrentQueue<double> seconds = [];
        int refused = 0;
        double before = processorTime();
        Stopwatch clock = Stopwatch.StartNew();
        Task.WaitAll(Enumerable.Range(0, callers).Select(c => Task.Run(async () =>
        {
            for (int i = c; clock.Elapsed < time; i += callers)
            {
                long start = Stopwatch.GetTimestamp();
                if (await predict(images[i % images.Length]))
                    seconds.Enqueue(Stopwatch.GetElapsedTime(start).TotalSeconds);
                else
                    Interlocked.Increment(ref refused);
            }
        })));
        result.Add(seconds, processorTime() - before, refused);
    }

    private sealed class Measured
    {
        private readonly List<double> _seconds = [];
        private double _processor;
        private int _refused;

        public double Memory { get; set; }

        public double Each => _processor / _seconds.Count;

        public void Add(IEnumerable<double> seconds, double processor, int refused)
        {
            _seconds.AddRange(seconds);
            _processor += processor;
            _refused += refused;
            _seconds.Sort();
        }

        public override string ToString()
        {
            double middle = _seconds[_seconds.Count / 2], late = _seconds[(int)(0.99 * _seconds.Count)];
            return string.Create(CultureInfo.InvariantCulture,
                $"{_seconds.Count} | {1e3 * middle:F0} | {1e3 * late:F0} | {late / middle:F2} | {1e3 * Each:F2} | {_refused} | "
                    + $"{(Memory > 0 ? $"{Memory:F0}" : "–")}");
        }
    }
}
