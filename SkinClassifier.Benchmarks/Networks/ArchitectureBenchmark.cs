using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.Networks;

/// <summary>
/// A table of the built-in networks at their own size: parameters, one forward pass of one image, one training step (forward,
/// backward, a plain step against the gradient; batch statistics, all layers), and the memory that the process takes for it.
/// </summary>
internal static class ArchitectureBenchmark
{
    public const string Usage = "architectures [NETWORK…] [--batch 8] [--threads 2] [--seconds 2] [--recompute]";

    public static int Run(string[] arguments)
    {
        if (Arguments.Parse(arguments, Usage, (0, int.MaxValue), new() { ["--batch"] = "8", ["--threads"] = "2", ["--seconds"] = "2" }, "--recompute")
            is not { } options)
            return Arguments.Refused;
        int batch = options.Whole("--batch");
        double seconds = options.Number("--seconds");
        PlanOptions plan = new() { Workers = new WorkerPool(options.Whole("--threads")), GradientCheckpointing = options.Has("--recompute") };
        Console.WriteLine($"| network | parameters | input | forward, batch 1, ms | training step, batch {batch}, ms | images/s in training | memory "
            + $"in training, MiB |\n|---|---|---|---|---|---|---|");
        foreach (Architecture architecture in options.Names.Count == 0 ? ArchitectureCatalog.All : [.. options.Names.Select(Architecture.Parse)])
        {
            Graph graph = architecture.Build().Graph;
            double forward =
                1e3 * InferenceSpeed.Measure(graph, new TensorShape(1, 3, architecture.InputSize, architecture.InputSize), seconds, plan).Latency(0.5);
            GC.Collect();
            (double step, long bytes) = Train(graph, new TensorShape(batch, 3, architecture.InputSize, architecture.InputSize), seconds, plan);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {architecture.Name} | {architecture.ParameterCount:N0} | {architecture.InputSize} | {forward:0.0} | {1e3 * step:0} | "
                    + $"{batch / step:0.0} | {bytes >> 20} |"));
            GC.Collect();
        }
        return 0;
    }

    private static (double Seconds, long Bytes) Train(Graph graph, TensorShape input, double seconds, PlanOptions options)
    {
        using TrainingPlan plan = TrainingPlan.Create(graph, input, options);
        SeededRandom random = new(1);
        float[] images = new float[input.ElementCount], gradient = new float[plan.OutputShape.ElementCount];
        foreach (ref float value in images.AsSpan())
            value = random.NextSingle() * 2 - 1;
        foreach (ref float value in gradient.AsSpan())
            value = (random.NextSingle() - 0.5f) * 1e-3f;
        List<double> times = [];
        Step();
        for (long start = Stopwatch.GetTimestamp(); times.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            long begin = Stopwatch.GetTimestamp();
            Step();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        times.Sort();
        using Process process = Process.GetCurrentProcess();
        return (times[times.Count / 2], process.WorkingSet64);

        void Step()
        {
            plan.ZeroGradients();
            plan.Forward(images);
            plan.Backward(gradient);
            foreach (Parameter parameter in plan.Parameters)
                if (parameter.Trainable)
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(parameter.Gradient, -1e-4f, parameter.Value, parameter.Value);
        }
    }
}
