using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace SkinClassifier.Benchmarks.Serving;

/// <summary>
/// A load on a web service that `skinclassifier new webapi` wrote, or on skinclassifier-server: many connections of the loopback, good and damaged bodies, raw
/// and (for the former) as forms, while its model file is exchanged again and again. Every answer is compared with what the model of its labels must say about
/// that image.
/// </summary>
internal static class ServingLoad
{
    public const string Usage = "serving SERVICE.dll [--connections 400] [--damaged 30] [--swaps 50] [--seconds 600] [--network mobilenet_v2] "
        + "[--image-size 224] [--size 600x450] [--server]   SERVICE.dll: what `new webapi` wrote, built; with --server skinclassifier-server.dll";

    public static int Run(string[] words)
    {
        Dictionary<string, string> defaults = new()
        {
            ["--connections"] = "400",
            ["--damaged"] = "30",
            ["--swaps"] = "50",
            ["--seconds"] = "600",
            ["--network"] = "mobilenet_v2",
            ["--image-size"] = "224",
            ["--size"] = "600x450",
        };
        if (Arguments.Parse(words, Usage, (1, 1), defaults, "--server") is not { } options)
            return Arguments.Refused;
        int[] size = [.. options["--size"].Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        using ServingSample sample = new(options["--network"], options.Whole("--image-size"), size[0], size[1]);
        string folder = Directory.CreateTempSubdirectory("serving").FullName;
        try
        {
            string model = Path.Combine(folder, "model.zip");
            File.Copy(sample.Models[0], model);
            using ServiceProcess service = ServiceProcess.Start(options.Names[0], model, options.Has("--server"));
            Run(service, sample, model, options).GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Run(ServiceProcess service, ServingSample sample, string model, Arguments options)
    {
        int connections = options.Whole("--connections"), swaps = options.Whole("--swaps");
        TimeSpan time = TimeSpan.FromSeconds(Math.Clamp(options.Whole("--seconds"), 1, 3600));
        using SocketsHttpHandler handler = new() { MaxConnectionsPerServer = connections + 2 };
        using HttpClient client = new(handler) { BaseAddress = service.Address, Timeout = TimeSpan.FromMinutes(2) };
        using CancellationTokenSource stop = new();
        ConcurrentQueue<LoadAnswer> answers = [];
        double before = service.Memory;
        ServiceAddresses addresses = new(options.Has("--server"));
        Stopwatch clock = Stopwatch.StartNew();
        Task<List<double>> memory = WatchMemory(service, stop.Token);
        int damaged = options.Whole("--damaged");
        Task[] callers = [.. Enumerable.Range(0, connections).Select(i => Task.Run(
            () => new LoadCaller(client, sample, damaged, i, addresses).Run(answers, stop.Token)))];
        int taken = 0;
        for (int swap = 1; swap <= swaps; swap++)
        {
            await Task.Delay(time * swap / (swaps + 1) - clock.Elapsed is { Ticks: > 0 } wait ? wait : TimeSpan.Zero);
            Exchange(sample.Models[swap % 2], model, inPlace: swap % 4 < 2);
            if (await IsTaken(client, addresses, swap % 2 == 0 ? 'a' : 'b'))
                taken++;
        }
        if (time - clock.Elapsed is { Ticks: > 0 } rest)
            await Task.Delay(rest);
        stop.Cancel();
        await Task.WhenAll(callers);
        double seconds = clock.Elapsed.TotalSeconds;
        Report([.. answers], await memory, before, seconds, $"{taken} of {swaps}", await client.GetStringAsync(addresses.Health), connections);
    }

    private static void Exchange(string from, string to, bool inPlace)
    {
        if (inPlace)
        {
            using FileStream source = File.OpenRead(from), target = new(to, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
            source.CopyTo(target);
            return;
        }
        File.Copy(from, to + ".new", overwrite: true);
        File.Move(to + ".new", to, overwrite: true);
    }

    /// <summary>Whether the service says within ten seconds that the new model predicts.</summary>
    private static async Task<bool> IsTaken(HttpClient client, ServiceAddresses addresses, char letter)
    {
        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < 10; await Task.Delay(50))
            if ((await addresses.Labels(client))[0][0] == letter)
                return true;
        return false;
    }

    private static async Task<List<double>> WatchMemory(ServiceProcess service, CancellationToken stop)
    {
        List<double> seen = [];
        try
        {
            while (true)
            {
                seen.Add(service.Memory);
                await Task.Delay(1000, stop);
            }
        }
        catch (OperationCanceledException)
        {
            return seen;
        }
    }

    private static void Report(LoadAnswer[] answers, List<double> memory, double before, double seconds, string swaps, string health, int connections)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        LoadAnswer[] good = [.. answers.Where(a => !a.Damaged)], damaged = [.. answers.Where(a => a.Damaged)];
        double[] predicted = [.. good.Where(a => a.Status == HttpStatusCode.OK).Select(a => a.Seconds)],
            refused = [.. damaged.Where(a => (int)a.Status is 400 or 413).Select(a => a.Seconds)];
        int rejected = answers.Count(a => (int)a.Status is 429 or 503), wrong = answers.Count(a => a.Wrong);
        int unexpected = answers.Count(a => !a.Wrong && !((int)a.Status is 429 or 503)
            && (a.Damaged ? !((int)a.Status is 400 or 413) : a.Status != HttpStatusCode.OK));
        Console.WriteLine(string.Create(culture,
            $"{connections} connections, {seconds:F0} s, {Environment.ProcessorCount} processors shared with the caller\n\n| | |\n|---|---|"));
        Console.WriteLine(string.Create(culture, $"| requests | {answers.Length}, {100.0 * damaged.Length / answers.Length:F0} % damaged |"));
        Console.WriteLine(string.Create(culture,
            $"| predicted | {predicted.Length}, {predicted.Length / seconds:F1} per second; p50 {Percentile(predicted, 0.5):F2} s, p99 "
            + $"{Percentile(predicted, 0.99):F2} s |"));
        long settled = answers.Min(a => a.At) + (long)(seconds / 10 * Stopwatch.Frequency);
        double[] later = [.. good.Where(a => a.Status == HttpStatusCode.OK && a.At > settled).Select(a => a.Seconds)];
        Console.WriteLine(string.Create(culture,
            $"| predicted after the first tenth of the time | p50 {Percentile(later, 0.5):F2} s, p99 {Percentile(later, 0.99):F2} s, at most "
            + $"{later.DefaultIfEmpty().Max():F2} s |"));
        Console.WriteLine(string.Create(culture,
            $"| damaged and named (400, 413) | {refused.Length}; p50 {Percentile(refused, 0.5):F2} s, p99 {Percentile(refused, 0.99):F2} s |"));
        Console.WriteLine(string.Create(culture, $"| rejected with Retry-After (429, 503) | {rejected} |"));
        Console.WriteLine(string.Create(culture, $"| model exchanges taken | {swaps} |"));
        Console.WriteLine(string.Create(culture, $"| answers of a wrong image or a mixed model | {wrong} |"));
        Console.WriteLine(string.Create(culture, $"| anything else (other status, broken connection) | {unexpected} |"));
        double[] most = [memory.Take(memory.Count / 2).DefaultIfEmpty().Max(), memory.Skip(memory.Count / 2).DefaultIfEmpty().Max()];
        Console.WriteLine(string.Create(culture,
            $"| memory, MiB | {before:F0} at start, {most[0]:F0} at most in the first half, {most[1]:F0} in the second, {memory[^1]:F0} at the end |"));
        Console.WriteLine($"| health at the end | {health} |");
        foreach (IGrouping<string, LoadAnswer> kind in answers.Where(a => a.Note is not null).GroupBy(a => a.Note!).OrderByDescending(g => g.Count()).Take(10))
            Console.WriteLine(string.Create(culture, $"| {kind.Key} | {kind.Count()} |"));
    }

    private static double Percentile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? double.NaN : values[(int)Math.Min(values.Length - 1, Math.Ceiling(share * values.Length) - 1)];
    }
}
