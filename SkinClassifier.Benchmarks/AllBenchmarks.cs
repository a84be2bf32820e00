using SkinClassifier.Backbones;
using SkinClassifier.Benchmarks.Decoding;
using SkinClassifier.Benchmarks.EndToEnd;
using SkinClassifier.Benchmarks.Networks;
using SkinClassifier.Benchmarks.TrainingSteps;

namespace SkinClassifier.Benchmarks;

/// <summary>Everything, one after the other, each part short.</summary>
internal static class AllBenchmarks
{
    public const string Usage = "all [--seconds 0.5] [--rounds 1] [--network-peer COMMAND] [--training-peer COMMAND]   every part, each short: some "
        + "two minutes without peers; every catalog network at batch 8";

    public static int Run(string[] words)
    {
        if (Arguments.Parse(
            words, Usage, (0, 0), new() { ["--seconds"] = "0.5", ["--rounds"] = "1", ["--network-peer"] = "", ["--training-peer"] = "" }) is not { } options)
            return Arguments.Refused;
        string[] pace = ["--seconds", options["--seconds"], "--rounds", options["--rounds"]];
        string[] networks = ["mobilenet_v2:0.5", "mobilenet_v2", "resnet50"];
        string[] others = [.. ArchitectureCatalog.All.Select(a => a.Name).Except(networks)];
        (string Title, Func<int> Run)[] parts =
        [
            ("Kernels, share of the peak of one thread", () => TileBenchmark.Run(["--rounds", "1000"])),
            ("Networks, two threads", () => NetworkBenchmark.Run([.. networks, .. pace, "--peer", options["--network-peer"]])),
            ("Networks, one thread", () => NetworkBenchmark.Run([.. networks, .. pace, "--threads", "1"])),
            ("Other networks, batch 8, two threads", () => NetworkBenchmark.Run([.. others, .. pace, "--batches", "8"])),
            ("Training steps", () => TrainingBenchmark.Run(["mobilenet_v2", .. pace, "--peer", options["--training-peer"]])),
            ("JPEG decoding", () => DecodeBenchmark.Run(["--rounds", "25"])),
            ("Predicting a folder", () => PredictBenchmark.Run(["--rounds", options["--rounds"]])),
            ("Predicting a folder with reduced decoding", () => PredictBenchmark.Run(["--rounds", options["--rounds"], "--reduced"])),
            ("Heat maps", () => ExplainBenchmark.Run(["--rounds", "5", "--methods", "gradcam,gradcamplusplus,hirescam,layercam"])),
            ("Feature extraction", () => FeatureBenchmark.Run(["--rounds", options["--rounds"]])),
            ("Start of a process", () => StartBenchmark.Run(["--rounds", "5", $"{Environment.ProcessPath} {MemoryBenchmark.Child} {{model}}"])),
            ("Memory", () => MemoryBenchmark.Run([])),
            ("Allocations of the steady state", () => AllocationBenchmark.Run([])),
        ];
        foreach ((string title, Func<int> run) in parts)
        {
            Console.WriteLine($"\n## {title}\n");
            if (run() is not 0 and int code)
                return code;
        }
        return 0;
    }
}
