using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Execution.Inference.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>
/// Billions of operations a second of single convolutions inside a plan and their share of the measured peak. A layer is written
/// 64-256@56x56k3 (channels in, out, image), then s2 for a stride, d2 for a dilation, g4 for groups, k1x7 for a kernel that is
/// not square, +relu, +silu or +hardswish for what follows.
/// </summary>
internal static partial class LayerBenchmark
{
    public const string Usage = "layers [LAYER…] [--batch 1] [--threads 2] [--kernels avx512|avx2|portable] [--rounds 60]";

    /// <summary>Image sizes, uneven channels, long kernels, dilation, groups and activations.</summary>
    private static readonly string[] _everyShape =
    [
        "64-64@56x56k3", "96-96@40x40k3", "96-96@48x48k3", "96-96@64x64k3", "96-96@75x75k3", "96-96@96x96k3", "96-96@45x60k3",
        "64-384@8x8k1", "64-384@10x10k1", "64-384@12x12k1", "64-384@14x14k1", "64-384@16x16k1", "64-384@19x19k1", "64-384@24x24k1", "64-384@14x19k1",
        "40-240@28x28k1", "112-672@14x14k1", "72-24@56x56k1", "35-77@28x28k3", "88-120@14x14k1",
        "48-64@35x35k5", "128-128@17x17k1x7", "128-128@17x17k7x1", "64-64@28x28k7", "256-256@14x14k3d2", "256-256@28x28k3g32", "128-128@28x28k3g8",
        "512-512@28x28k3s2", "256-512@56x56k1s2",
        "240-240@28x28k5g240", "96-96@56x56k7g96", "672-672@14x14k5g672s2", "144-144@56x56k3g144",
        "96-96@56x56k1+relu", "96-96@56x56k1+silu", "96-96@56x56k1+hardswish", "3-32@224x224k3s2", "3-64@224x224k7s2",
    ];

    public static int Run(string[] arguments)
    {
        if (Arguments.Parse(
            arguments, Usage, (0, int.MaxValue), new() { ["--batch"] = "1", ["--threads"] = "2", ["--rounds"] = "60", ["--kernels"] = "" }) is not { } options)
            return Arguments.Refused;
        if (options.Names.Find(n => !Form().IsMatch(n)) is { } unknown)
            return Arguments.Refuse($"{Usage}\n{unknown}: expected a layer such as 64-256@56x56k3");
        int batch = options.Whole("--batch"), threads = options.Whole("--threads"), rounds = options.Whole("--rounds");
        KernelFamily family = options.Kernels();
        WorkerPool workers = new(threads);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{family.Name} kernels, {threads} threads, batch {batch}, best of {rounds} runs, peak measured in turn\n\n"
                + $"| layer | step | µs an image | GFLOP/s | peak | share of peak |\n|---|---|---|---|---|---|"));
        foreach (string layer in options.Names.Count > 0 ? options.Names : [.. _everyShape])
        {
            Graph graph = Build(layer);
            using InferencePlan plan = InferencePlan.Create(graph, graph.Inputs[0].Shape.With(0, batch), new PlanOptions { Workers = workers }, family);
            float[] input = new float[plan.InputShape.ElementCount], output = new float[plan.OutputShape.ElementCount];
            SeededRandom random = new(1);
            for (int i = 0; i < input.Length; i++)
                input[i] = random.NextSingle() * 2 - 1;
            plan.Run(input, output);
            InferenceStep step = plan.Network.Steps.MaxBy(s => s.Work)!;
            int images = Math.Min(plan.MicroBatchSize, batch);
            double best = double.MaxValue, peak = 0;
            for (int round = 0; round < rounds; round++)
            {
                long begin = Stopwatch.GetTimestamp();
                step.Run(images, workers);
                best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds / images);
                peak = Math.Max(peak, Peak.Slice(family, workers, threads));
            }
            double rate = step.Work / best / 1e9;
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"| {layer} | {step.Name} | {best * 1e6:F0} | {rate:F0} | {peak:F0} | {rate / peak:P0} |"));
        }
        return 0;
    }

    private static Graph Build(string layer)
    {
        Match m = Form().Match(layer);
        int Number(string name, int missing) => m.Groups[name].Success ? int.Parse(m.Groups[name].ValueSpan, CultureInfo.InvariantCulture) : missing;
        int kernelHeight = Number("kh", 1), kernelWidth = Number("kw", kernelHeight), dilation = Number("d", 1);
        GraphBuilder b = new(layer);
        string x = b.Input("input", new TensorShape(TensorShape.Free, Number("in", 1), Number("h", 1), Number("w", 1)));
        string y = b.Conv(x, "conv", Number("out", 1), new Extent(kernelHeight, kernelWidth), Number("s", 1),
            new Extent(kernelHeight / 2 * dilation, kernelWidth / 2 * dilation), Number("g", 1), dilation);
        return b.Build(m.Groups["after"].Value switch
        {
            "relu" => b.Relu(y, "after"),
            "silu" => b.Silu(y, "after"),
            "hardswish" => b.HardSwish(y, "after"),
            _ => y,
        });
    }

    [GeneratedRegex(@"^(?<in>\d+)-(?<out>\d+)@(?<h>\d+)x(?<w>\d+)k(?<kh>\d+)(x(?<kw>\d+))?((s(?<s>\d+))|(d(?<d>\d+))|(g(?<g>\d+)))*(\+(?<after>relu|"
        + @"silu|hardswish))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
