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
/// Images per second of whole networks, this library and a peer in turn, several rounds; prints medians and ratios of medians.
/// A network is an ONNX file or the name of a built-in one, with its width behind a colon (mobilenet_v2:0.5). The peer is a command with {file},
/// {batch}, {threads}, {seconds} that prints "median X img/s".
/// </summary>
internal static class NetworkBenchmark
{
    public const string Usage = "networks NETWORK… [--batches 1,8,32] [--threads 2] [--seconds 2] [--rounds 5] [--peer COMMAND] [--pass IMAGES] "
        + "[--kernels avx512|avx2|portable] [--strict] [--profile]";

    public static int Run(string[] arguments)
    {
        if (Arguments.Parse(arguments, Usage, (1, int.MaxValue),
            new()
            {
                ["--batches"] = "1,8,32",
                ["--threads"] = "2",
                ["--seconds"] = "2",
                ["--rounds"] = "5",
                ["--pass"] = "0",
                ["--peer"] = "",
                ["--kernels"] = ""
            }, "--strict", "--profile") is not { } options)
            return Arguments.Refused;
        int threads = options.Whole("--threads"), rounds = options.Whole("--rounds");
        bool strict = options.Has("--strict");
        double seconds = options.Number("--seconds");
        KernelFamily family = options.Kernels();
        Console.WriteLine($"{family.Name} kernels, {threads} threads, {(strict ? "strict precision, " : "")}{rounds} rounds of {seconds} s, median "
            + $"of the rounds' medians (best)");
        Console.WriteLine("\n| network | batch | images/s | peer, images/s | ratio |\n|---|---|---|---|---|");
        foreach (string name in options.Names)
        {
            (Graph graph, int size) = Open(name);
            string file =
                name.EndsWith(".onnx", StringComparison.Ordinal) ? name : Path.Combine(Path.GetTempPath(), $"{graph.Name}-{Environment.ProcessId}.onnx");
            if (file != name && options["--peer"].Length > 0)
                using (FileStream to = File.Create(file))
                    OnnxModel.Write(graph, to);
            foreach (int batch in options.Wholes("--batches"))
            {
                PlanOptions planOptions = new() { Workers = new WorkerPool(threads), StrictPrecision = strict };
                TensorShape shape = InferenceSpeed.InputShape(graph, batch, size);
                using InferencePlan plan = InferencePlan.Create(graph, shape, planOptions, family, options.Whole("--pass"));
                Rounds ours = new(), peer = new();
                for (int round = 0; round < rounds; round++)
                {
                    InferenceSpeed speed = InferenceSpeed.Measure(plan, seconds);
                    ours.Add(speed.MedianImagesPerSecond, speed.BestImagesPerSecond);
                    if (options["--peer"].Length > 0)
                        peer.Add(Peer.Measure(
                            options["--peer"], ("file", file), ("batch", $"{batch}"), ("threads", $"{threads}"), ("seconds", options["--seconds"])));
                }
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {(name.EndsWith(".onnx", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name)} | {batch} | "
                        + $"{ours.Median:F1} ({ours.Best:F1}) | {(peer.Any ? $"{peer.Median:F1} ({peer.Best:F1})" : "–")} | "
                        + $"{(peer.Any ? (ours.Median / peer.Median).ToString("F2", CultureInfo.InvariantCulture) : "–")} |"));
                if (options.Has("--profile"))
                    Profile.Print(plan, family, planOptions.Workers, shape, threads);
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
}
