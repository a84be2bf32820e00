using System.Diagnostics;
using System.Globalization;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>Wall time of whole processes that load a model.zip and predict one image: commands in turn, several rounds.</summary>
internal static class StartBenchmark
{
    public const string Usage = "start [--network mobilenet_v2] [--size 600x450] [--rounds 11] COMMAND…   each command in quotes, for example "
        + "\"./skinclassifier predict {model} {image}\"";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(words, Usage, (1, int.MaxValue), new() { ["--network"] = "mobilenet_v2", ["--size"] = "600x450", ["--rounds"] = "11" })
            is not { } options)
            return Arguments.Refused;
        using Sample sample = new();
        string model = sample.Model(options["--network"]);
        int[] size = [.. options["--size"].Split('x').Select(p => int.Parse(p, CultureInfo.InvariantCulture))];
        string image = Directory.EnumerateFiles(sample.Images(size[0], size[1], 1), "*.jpg", SearchOption.AllDirectories).Single();
        string[][] commands = [.. options.Names.Select(c => Peer.Words(c, ("model", model), ("image", image)))];
        List<double>[] times = [.. commands.Select(_ => new List<double>())];
        double[] memory = new double[commands.Length];
        for (int round = -1; round < options.Whole("--rounds"); round++)
            for (int c = 0; c < commands.Length; c++)
            {
                (double seconds, double peak) = Time(commands[c]);
                if (round >= 0)
                    times[c].Add(seconds);
                memory[c] = Math.Max(memory[c], peak);
            }
        Console.WriteLine($"{options["--network"]}, one {options["--size"]} JPEG image, {options["--rounds"]} rounds in turn\n\n"
            + $"| command | median, s | best, s | largest memory, MiB |\n|---|---|---|---|");
        for (int c = 0; c < commands.Length; c++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| `{options.Names[c]}` | {times[c].Order().ElementAt(times[c].Count / 2):F3} | {times[c].Min():F3} | {memory[c]:F0} |"));
        return 0;
    }

    /// <summary>Seconds from start to end, and the largest resident memory that was seen, in MiB.</summary>
    internal static (double Seconds, double Memory) Time(string[] words)
    {
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{words[0]} did not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        double peak = 0;
        while (!process.WaitForExit(10))
            peak = Math.Max(peak, Peak(process));
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return process.ExitCode == 0 ? (seconds, peak)
            : throw new InvalidOperationException($"{string.Join(' ', words)}: exit code {process.ExitCode}: {output.Result}");
    }

    private static double Peak(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64 / 1048576.0;
        }
        catch (InvalidOperationException)
        {
            return 0; // it has ended meanwhile
        }
    }
}
