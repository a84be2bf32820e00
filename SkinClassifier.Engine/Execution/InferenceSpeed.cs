using System.Diagnostics;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>How fast a plan runs on this machine: the times of many runs of one batch, after a warm-up.</summary>
internal sealed class InferenceSpeed
{
    private const double MaxWarmUpSeconds = 1;
    private const int MinWarmUpRuns = 3, MinRuns = 5;

    private readonly double[] _sorted;

    private InferenceSpeed(InferencePlan plan, double[] sorted)
    {
        _sorted = sorted;
        Batch = plan.InputShape.Rank > 0 ? plan.InputShape[0] : 1;
        ActivationBytes = plan.Network.ArenaLength * sizeof(float);
        WeightBytes = plan.Weights.Length * sizeof(float);
    }

    /// <summary>Images per run.</summary>
    public int Batch { get; }

    /// <summary>How many runs were timed, at least 5.</summary>
    public int Runs => _sorted.Length;

    /// <summary>Images per second of the median run: batch / median time.</summary>
    public double MedianImagesPerSecond => Batch / Latency(0.5);

    /// <summary>Images per second of the fastest run.</summary>
    public double BestImagesPerSecond => Batch / _sorted[0];

    /// <summary>Bytes of all activation buffers of the plan.</summary>
    public long ActivationBytes { get; }

    /// <summary>Bytes of the weights in the order that the kernels read them, shared by all plans of the graph.</summary>
    public long WeightBytes { get; }

    /// <summary>Seconds that a share <paramref name="fraction"/> of the runs did not exceed (nearest rank).</summary>
    /// <param name="fraction">0 (fastest) to 1 (slowest); 0.5 is the median.</param>
    public double Latency(double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fraction, 1);
        return _sorted[Math.Clamp((int)Math.Ceiling(fraction * _sorted.Length) - 1, 0, _sorted.Length - 1)];
    }

    /// <summary>Makes a plan of <paramref name="graph"/> and times runs of it on random numbers −1 to 1.</summary>
    /// <param name="graph">One input, one output.</param>
    /// <param name="input">Shape of the input, batch first; see <see cref="InputShape"/>.</param>
    /// <param name="seconds">How long runs are timed, at least 0; a third of it, at most a second, goes before as warm-up. Never fewer than 5 runs
    /// after 3 for warming up.</param>
    /// <param name="options">Threads and precision. Default: see <see cref="PlanOptions"/>.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    /// <exception cref="ShapeMismatchException">The graph does not have one input and one output, or the shape does not fit it.</exception>
    public static InferenceSpeed Measure(
        Graph graph, TensorShape input, double seconds, PlanOptions? options = null, CancellationToken cancellationToken = default)
    {
        using InferencePlan plan = InferencePlan.Create(graph, input, options);
        return Measure(plan, seconds, cancellationToken);
    }

    /// <summary>The shape of <paramref name="batch"/> images for a graph: free axes become the batch, 3 colors and <paramref name="size"/> pixels.</summary>
    /// <param name="graph">One input of rank 4, images N C H W, or N H W C where its last axis is 3.</param>
    /// <param name="batch">Images, at least 1.</param>
    /// <param name="size">Height and width where the graph leaves them free. Default 224.</param>
    /// <exception cref="ShapeMismatchException">The input has another rank, or another fixed batch.</exception>
    public static TensorShape InputShape(Graph graph, int batch, int size = 224)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        TensorShape declared = graph.Inputs.Count > 0 ? graph.Inputs[0].Shape : default;
        if (declared.Rank != 4)
            throw new ShapeMismatchException(
                $"Graph {graph.Name}: expected images [N,C,H,W] as first input, received {declared}. Cut the graph at a tensor of images.");
        if (declared[0] != TensorShape.Free && declared[0] != batch)
            throw new ShapeMismatchException($"Graph {graph.Name}: expected a batch of {declared[0]}, its fixed length, received {batch}. Choose "
                + $"that batch, or export the network with a free batch.");
        int channels = declared[3] == 3 && declared[1] != 3 ? 3 : 1;
        TensorShape shape = declared.With(0, batch);
        for (int axis = 1; axis < 4; axis++)
            if (shape[axis] == TensorShape.Free)
                shape = shape.With(axis, axis == channels ? 3 : size);
        return shape;
    }

    /// <summary>Times runs of a plan that exists.</summary>
    internal static InferenceSpeed Measure(InferencePlan plan, double seconds, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        SeededRandom random = new(1);
        float[] input = new float[plan.InputShape.ElementCount], output = new float[plan.OutputShape.ElementCount];
        for (int i = 0; i < input.Length; i++)
            input[i] = random.NextSingle() * 2 - 1;
        Repeat(MinWarmUpRuns, Math.Min(MaxWarmUpSeconds, seconds / 3));
        double[] times = [.. Repeat(MinRuns, seconds)];
        Array.Sort(times);
        return new InferenceSpeed(plan, times);

        List<double> Repeat(int minimum, double atLeast)
        {
            List<double> elapsed = new(4096);
            for (long start = Stopwatch.GetTimestamp(); elapsed.Count < minimum || Stopwatch.GetElapsedTime(start).TotalSeconds < atLeast;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long begin = Stopwatch.GetTimestamp();
                plan.Run(input, output);
                elapsed.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
            return elapsed;
        }
    }
}
