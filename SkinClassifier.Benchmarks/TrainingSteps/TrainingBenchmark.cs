using System.Diagnostics;
using System.Globalization;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.TrainingSteps;

/// <summary>
/// Images per second of training steps (forward, backward, SGD with momentum), this library and a peer in turn, several rounds;
/// prints medians of the rounds' medians and their ratio. The peer is a command with {network}, {batch}, {seconds} that prints "median X img/s".
/// </summary>
internal static class TrainingBenchmark
{
    public const string Usage = "training NETWORK|grouped:CHANNELS:GROUPS:SIZE… [--batches 16] [--threads 2] [--seconds 5] [--rounds 5] [--peer "
        + "COMMAND] [--kernels avx512|avx2|portable|plain] [--recompute] [--profile]";

    public static int Run(string[] arguments)
    {
        if (Arguments.Parse(arguments, Usage, (1, int.MaxValue),
            new() { ["--batches"] = "16", ["--threads"] = "2", ["--seconds"] = "5", ["--rounds"] = "5", ["--peer"] = "", ["--kernels"] = "" },
            "--recompute", "--profile") is not { } options)
            return Arguments.Refused;
        int threads = options.Whole("--threads"), rounds = options.Whole("--rounds");
        double seconds = options.Number("--seconds");
        KernelFamily? family = options["--kernels"] == "plain" ? null : options.Kernels();
        Console.WriteLine($"{family?.Name ?? "plain"} kernels, {threads} threads, {rounds} rounds of {seconds} s, median of the rounds' medians (best step)");
        if (options.Has("--recompute"))
            return GradientCheckpointing(options, family);
        Console.WriteLine("\n| network | batch | trained images/s | per second of processor time | peer, images/s | ratio |\n|---|---|---|---|---|---|");
        foreach (string name in options.Names)
            foreach (int batch in options.Wholes("--batches"))
            {
                using SteppedNetwork network = new(name, batch, new PlanOptions { Workers = new WorkerPool(threads) }, family);
                Rounds own = new(), peer = new();
                for (int round = 0; round < rounds; round++)
                {
                    own.Add(network.Measure(seconds));
                    if (options["--peer"].Length > 0)
                        peer.Add(Peer.Measure(options["--peer"], ("network", name), ("batch", $"{batch}"), ("seconds", options["--seconds"])));
                }
                string theirs = peer.Any ? string.Create(CultureInfo.InvariantCulture, $"{peer.Median:F1} | {own.Median / peer.Median:F2}") : "– | –";
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {name} | {batch} | {own.Median:F1} ({own.Best:F1}) | {network.PerProcessorSecond:F1} | {theirs} |"));
                if (options.Has("--profile"))
                    network.Profile();
            }
        return 0;
    }

    /// <summary>The same network with and without values that are computed again, in turn: time and memory of the activations.</summary>
    private static int GradientCheckpointing(Arguments options, KernelFamily? family)
    {
        Console.WriteLine("\n| network | batch | step, s | with checkpointing, s | ratio | activations, MiB | with checkpointing, MiB | share |\n"
            + "|---|---|---|---|---|---|---|---|");
        foreach (string name in options.Names)
            foreach (int batch in options.Wholes("--batches"))
            {
                PlanOptions plan = new() { Workers = new WorkerPool(options.Whole("--threads")) };
                using SteppedNetwork kept = new(name, batch, plan, family), again = new(name, batch, plan with { GradientCheckpointing = true }, family);
                Rounds first = new(), second = new();
                for (int round = 0; round < options.Whole("--rounds"); round++)
                {
                    first.Add(kept.Measure(options.Number("--seconds")));
                    second.Add(again.Measure(options.Number("--seconds")));
                }
                const double mebi = 1 << 20;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {name} | {batch} | {batch / first.Median:F2} | {batch / second.Median:F2} | {first.Median / second.Median:F2} | "
                        + $"{kept.ActivationLength * 4 / mebi:F0} | {again.ActivationLength * 4 / mebi:F0} | "
                        + $"{(double)again.ActivationLength / kept.ActivationLength:P0} |"));
            }
        return 0;
    }

    /// <summary>A network with a plan, a fixed batch of random images and momentum.</summary>
    private sealed class SteppedNetwork : IDisposable
    {
        private readonly TrainingPlan _plan;
        private readonly float[] _input, _gradient;
        private readonly float[][] _momentum;
        private readonly int _batch;
        private TimeSpan _processorTime;
        private int _measured;

        public SteppedNetwork(string name, int batch, PlanOptions options, KernelFamily? family)
        {
            _batch = batch;
            (Graph graph, TensorShape shape) = Build(name, batch);
            _plan = TrainingPlan.Create(graph, shape, options, family);
            SeededRandom random = new(1);
            _input = [.. Enumerable.Range(0, shape.ElementCount).Select(_ => (float)random.NextGaussian())];
            _gradient = [.. Enumerable.Range(0, _plan.OutputShape.ElementCount).Select(_ => (float)random.NextGaussian() * 1e-3f)];
            _momentum = [.. _plan.Parameters.Select(p => new float[p.Gradient.Length])];
            for (int warmUp = 0; warmUp < 2; warmUp++)
                Step();
        }

        private static (Graph Graph, TensorShape Input) Build(string name, int batch)
        {
            if (name.Split(':') is not ["grouped", var channelText, var groupText, var sizeText])
                return (
                    Architecture.Parse(name).Build().Graph, new TensorShape(batch, 3, Architecture.Parse(name).InputSize, Architecture.Parse(name).InputSize));
            int channels = int.Parse(channelText, CultureInfo.InvariantCulture), groups = int.Parse(groupText, CultureInfo.InvariantCulture),
                size = int.Parse(sizeText, CultureInfo.InvariantCulture);
            GraphBuilder builder = new(name, 1);
            string x = builder.Input("x", new TensorShape(TensorShape.Free, channels, size, size));
            for (int i = 0; i < 2; i++)
                x = builder.Relu(builder.BatchNormalization(builder.Conv(x, $"c{i}", channels, 3, 1, 1, group: groups), $"n{i}"), $"r{i}");
            return (builder.Build(builder.GlobalAveragePool(x, "mean")), new TensorShape(batch, channels, size, size));
        }

        /// <summary>Images per second of processor time over all measured steps; steadier than the clock where others use the machine.</summary>
        public double PerProcessorSecond => _measured * _batch / _processorTime.TotalSeconds;

        /// <summary>Floats of all activations and their gradients.</summary>
        public long ActivationLength => _plan.BlockedLength;

        public (double Median, double Best) Measure(double seconds)
        {
            List<double> times = [];
            Stopwatch watch = Stopwatch.StartNew();
            TimeSpan before = Process.GetCurrentProcess().TotalProcessorTime;
            while (watch.Elapsed.TotalSeconds < seconds || times.Count < 3)
            {
                long start = Stopwatch.GetTimestamp();
                Step();
                times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            _processorTime += Process.GetCurrentProcess().TotalProcessorTime - before;
            _measured += times.Count;
            times.Sort();
            return (_batch / times[times.Count / 2], _batch / times[0]);
        }

        public void Profile()
        {
            Dictionary<string, (double Forward, double Backward)> total = [];
            const int steps = 5;
            for (int i = 0; i < steps; i++)
            {
                _plan.ZeroGradients();
                _plan.Trace = (stage, isBackward, elapsed) =>
                {
                    (double forward, double backward) = total.GetValueOrDefault(stage);
                    total[stage] = isBackward ? (forward, backward + elapsed) : (forward + elapsed, backward);
                };
                _plan.Forward(_input);
                _plan.Backward(_gradient);
                _plan.Trace = null;
            }
            Console.WriteLine("\n| stage | forward ms | backward ms |\n|---|---|---|");
            foreach ((string stage, (double forward, double backward)) in total.OrderByDescending(t => t.Value.Forward + t.Value.Backward))
                Console.WriteLine($"| {stage} | {forward / steps * 1e3:F2} | {backward / steps * 1e3:F2} |");
        }

        public void Dispose() => _plan.Dispose();

        private void Step()
        {
            _plan.ZeroGradients();
            _plan.Forward(_input);
            _plan.Backward(_gradient);
            for (int p = 0; p < _momentum.Length; p++)
            {
                Span<float> value = _plan.Parameters[p].Value, momentum = _momentum[p];
                ReadOnlySpan<float> gradient = _plan.Parameters[p].Gradient;
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(momentum, 0.9f, gradient, momentum);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(momentum, -0.01f, value[..momentum.Length], value[..momentum.Length]);
            }
        }
    }
}
