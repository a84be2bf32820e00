using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>
/// Pictures per second of whole networks, this library and a peer in turn, several rounds; prints medians and ratios of medians.
/// A network is an ONNX file or the name of a built-in one, with its width behind a colon (mobilenet_v2:0.5). The peer is a command with {file}, {batch}, {threads}, {seconds}
/// that prints "median X img/s".
/// </summary>
internal static class NetworkBenchmark
{
    public const string Usage = "networks NETWORK… [--batches 1,8,32] [--threads 2] [--seconds 2] [--rounds 5] [--peer COMMAND] [--pass PICTURES] [--kernels avx512|avx2|portable] [--strict] [--profile]";

    public static int Run(string[] arguments)
    {
        List<string> networks = [];
        Dictionary<string, string> options = new() { ["--batches"] = "1,8,32", ["--threads"] = "2", ["--seconds"] = "2", ["--rounds"] = "5", ["--pass"] = "0", ["--peer"] = "", ["--kernels"] = "" };
        bool strict = false, profile = false;
        for (int i = 0; i < arguments.Length; i++)
            if (arguments[i] == "--strict")
                strict = true;
            else if (arguments[i] == "--profile")
                profile = true;
            else if (options.ContainsKey(arguments[i]) && i + 1 < arguments.Length)
                options[arguments[i]] = arguments[++i];
            else if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                networks.Add(arguments[i]);
            else
            {
                Console.Error.WriteLine($"usage: {Usage}");
                return 2;
            }
        int threads = int.Parse(options["--threads"], CultureInfo.InvariantCulture), rounds = int.Parse(options["--rounds"], CultureInfo.InvariantCulture), pass = int.Parse(options["--pass"], CultureInfo.InvariantCulture);
        double seconds = double.Parse(options["--seconds"], CultureInfo.InvariantCulture);
        KernelFamily family = KernelFamily.Choose(options["--kernels"].Length > 0 ? options["--kernels"] : Environment.GetEnvironmentVariable(KernelFamily.Variable), KernelFamily.Supported);
        Console.WriteLine($"{family.Name} kernels, {threads} threads, {(strict ? "strict precision, " : "")}{rounds} rounds of {seconds} s, median of the rounds' medians (best)");
        Console.WriteLine("\n| network | batch | pictures/s | peer, pictures/s | ratio |\n|---|---|---|---|---|");
        foreach (string name in networks)
        {
            (Graph graph, int size) = Open(name);
            string file = name.EndsWith(".onnx", StringComparison.Ordinal) ? name : Path.Combine(Path.GetTempPath(), $"{graph.Name}-{Environment.ProcessId}.onnx");
            if (file != name && options["--peer"].Length > 0)
                using (FileStream to = File.Create(file))
                    OnnxModel.Write(graph, to);
            foreach (int batch in options["--batches"].Split(',').Select(b => int.Parse(b, CultureInfo.InvariantCulture)))
            {
                PlanOptions planOptions = new() { Workers = new WorkerPool(threads), StrictPrecision = strict };
                TensorShape shape = InferenceSpeed.InputShape(graph, batch, size);
                using InferencePlan plan = InferencePlan.Create(graph, shape, planOptions, family, pass);
                Timing ours = new(), peer = new();
                for (int round = 0; round < rounds; round++)
                {
                    ours.Add(InferenceSpeed.Measure(plan, seconds));
                    if (options["--peer"].Length > 0)
                        peer.Add(MeasurePeer(options["--peer"], file, batch, threads, seconds));
                }
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Path.GetFileNameWithoutExtension(name)} | {batch} | {ours.Median:F1} ({ours.Best:F1}) | {(peer.Any ? $"{peer.Median:F1} ({peer.Best:F1})" : "–")} | {(peer.Any ? (ours.Median / peer.Median).ToString("F2", CultureInfo.InvariantCulture) : "–")} |"));
                if (profile)
                    Profile.Print(plan, planOptions.Workers, shape, threads);
            }
            if (file != name)
                File.Delete(file);
        }
        return 0;
    }

    /// <summary>An ONNX file, or a built-in network; behind a colon its width, for example mobilenet_v2:0.5.</summary>
    private static (Graph Graph, int Size) Open(string name)
    {
        if (name.EndsWith(".onnx", StringComparison.Ordinal))
            return (OnnxModel.Load(name).Graph, 224);
        string[] parts = name.Split(':');
        Architecture architecture = Architecture.Parse(parts[0]);
        double width = parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        return (architecture.Build(new BackboneOptions { WidthMultiplier = width }).Graph, architecture.InputSize);
    }

    /// <summary>What the peer's command prints behind "median" and "best".</summary>
    private static (double Median, double Best) MeasurePeer(string command, string file, int batch, int threads, double seconds)
    {
        string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w
            .Replace("{file}", file, StringComparison.Ordinal).Replace("{batch}", $"{batch}", StringComparison.Ordinal)
            .Replace("{threads}", $"{threads}", StringComparison.Ordinal).Replace("{seconds}", seconds.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))];
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true }) ?? throw new InvalidOperationException($"{words[0]} did not start.");
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (Number("median "), Number("best "));

        double Number(string label)
        {
            int at = text.IndexOf(label, StringComparison.Ordinal);
            if (at < 0)
                throw new InvalidOperationException($"The peer printed no '{label}': {text}");
            string number = new([.. text[(at + label.Length)..].TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
            return double.Parse(number, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Rounds of one side.</summary>
    private sealed class Timing
    {
        private readonly List<double> _medians = [];

        public bool Any => _medians.Count > 0;

        public double Best { get; private set; }

        public double Median => _medians.Order().ElementAt(_medians.Count / 2);

        public void Add((double Median, double Best) round)
        {
            _medians.Add(round.Median);
            Best = Math.Max(Best, round.Best);
        }

        public void Add(InferenceSpeed round) => Add((round.MedianImagesPerSecond, round.BestImagesPerSecond));
    }
}
