using SkinClassifier.Common;
using SkinClassifier.Execution.Inference;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>
/// A graph made ready to predict for one input shape: fused layers, weights in the order of the kernels (shared by all plans of the
/// graph), buffers. One caller at a time; make one plan per thread of requests. The graph's parameters must not change while a plan of it lives;
/// a plan that is made after they have changed sees the new ones.
/// </summary>
public sealed class InferencePlan : IDisposable
{
    private readonly MicroBatchSizes _passes;
    private readonly PackedWeights _weights;
    private readonly WorkerPool _workers;
    private InferenceNetwork? _network;

    private InferencePlan(TensorShape input, TensorShape output, MicroBatchSizes passes, PackedWeights weights, InferenceNetwork network, WorkerPool workers)
    {
        InputShape = input;
        OutputShape = output;
        (_passes, _weights, _network, _workers) = (passes, weights, network, workers);
    }

    /// <summary>Shape of the input that <see cref="Run"/> takes.</summary>
    public TensorShape InputShape { get; }

    /// <summary>Shape of the output that <see cref="Run"/> fills.</summary>
    public TensorShape OutputShape { get; }

    /// <summary>The steps and buffers, for tests and profiles.</summary>
    internal InferenceNetwork Network => _network ?? throw new ObjectDisposedException(nameof(InferencePlan));

    /// <summary>Images that pass through the network at a time.</summary>
    internal int MicroBatchSize => _passes.Full;

    /// <summary>The packed weights that this plan shares.</summary>
    internal PackedWeights Weights => _weights;

    /// <summary>Prepares <paramref name="graph"/> (one input, one output) for inputs of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeMismatchException">The graph does not have one input and one output, or the shape does not fit it.</exception>
    public static InferencePlan Create(Graph graph, TensorShape input, PlanOptions? options = null) => Create(graph, input, options, KernelFamily.Current);

    /// <summary>As the public one, with chosen kernels and images per pass (0: the default).</summary>
    internal static InferencePlan Create(Graph graph, TensorShape input, PlanOptions? options, KernelFamily family, int microBatchSize = 0)
    {
        ArgumentNullException.ThrowIfNull(graph);
        PlanInput.Check(graph, input);
        MicroBatchSizes passes = MicroBatchSizes.Of(graph, input, microBatchSize);
        PackedWeights weights = PackedWeights.Of(graph);
        WorkerPool workers = options?.Workers ?? WorkerPool.Shared;
        InferenceNetwork network;
        lock (weights)
            network = InferenceNetworkBuilder.Build(graph, passes, weights, family, options?.StrictPrecision ?? false, workers.Threads);
        TensorShape output = passes.FullShapes[graph.Outputs[0]];
        if (passes.IsBatched)
            output = output.With(0, input[0]);
        return new InferencePlan(input, output, passes, weights, network, workers);
    }

    /// <summary>Computes the output of one input.</summary>
    /// <param name="input">Values of shape <see cref="InputShape"/>.</param>
    /// <param name="output">Receives values of shape <see cref="OutputShape"/>.</param>
    /// <param name="cancellationToken">Stops between two layers; <paramref name="output"/> is then not complete, and the plan can be used again.</param>
    /// <exception cref="ShapeMismatchException">A span's length is not the element count of its shape.</exception>
    /// <exception cref="ObjectDisposedException">The plan is disposed.</exception>
    /// <exception cref="OperationCanceledException">Canceled.</exception>
    public unsafe void Run(ReadOnlySpan<float> input, Span<float> output, CancellationToken cancellationToken = default)
    {
        InferenceNetwork network = Network;
        PlanInput.CheckLength("input", input.Length, InputShape);
        PlanInput.CheckLength("output", output.Length, OutputShape);
        if (!_passes.IsBatched)
        {
            fixed (float* from = input, to = output)
                network.Run(_passes.Full, from, input.Length, to, output.Length, _workers, cancellationToken);
            return;
        }
        int batch = InputShape[0], perInput = input.Length / batch, perOutput = output.Length / batch;
        fixed (float* from = input, to = output)
            for (int first = 0; first < batch; first += _passes.Full)
            {
                int images = Math.Min(_passes.Full, batch - first);
                network.Run(images, from + (nint)first * perInput, images * perInput, to + (nint)first * perOutput, images * perOutput, _workers,
                    cancellationToken);
            }
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => _network = null;
}
