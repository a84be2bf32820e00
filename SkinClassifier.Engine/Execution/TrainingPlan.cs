using System.Diagnostics;
using System.Runtime.InteropServices;
using SkinClassifier.Common;
using SkinClassifier.Execution.Training;
using SkinClassifier.Execution.Training.Steps;
using SkinClassifier.Graphs;
using SkinClassifier.Kernels;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>
/// A graph made ready to train on batches of one shape: all buffers are made once, a step allocates nothing. Parameter values
/// are the graph's own tensors, changed in place by an optimizer. One caller at a time. Gradients are computed only where a
/// trainable parameter lies at or below; the same seed gives the same bits for any thread count.
/// </summary>
/// <example>
/// <code>
/// plan.ZeroGradients();
/// ReadOnlySpan&lt;float&gt; scores = plan.Forward(images);   // [N,3,H,W] → [N,K]
/// loss.Gradient(scores, labels, scoreGradient);
/// plan.Backward(scoreGradient);
/// optimizer.Step(plan.Parameters);
/// </code>
/// </example>
public sealed class TrainingPlan : IDisposable
{
    private readonly TrainingNetwork _network;
    private readonly TrainingNetwork? _head;
    private readonly Parameter[] _parameters;
    private bool _disposed, _ran;

    private TrainingPlan(TrainingNetwork network, TensorShape input, TrainingNetwork? head = null)
    {
        (_network, _head, InputShape) = (network, head, input);
        _parameters = [.. network.Parameters, .. head?.Parameters ?? []];
        Steps = head is null ? network.Steps : [.. network.Steps, .. head.Steps];
    }

    /// <summary>Shape of the batches that <see cref="Forward"/> takes.</summary>
    public TensorShape InputShape { get; }

    /// <summary>Shape of what <see cref="Forward"/> gives.</summary>
    public TensorShape OutputShape => Last.Output.Shape;

    /// <summary>All parameters that the output depends on, in the order in which the nodes use them.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>The instruction set that plans compute with; another one gives other last bits.</summary>
    internal static string InstructionSet => KernelFamily.Current.Name;

    /// <summary>Whether several processes share each batch.</summary>
    internal bool IsShared => _head is not null;

    /// <summary>
    /// Gradient of the loss with respect to the input of the last forward pass, set by <see cref="Backward"/>; empty without
    /// <see cref="PlanOptions.InputGradient"/>.
    /// </summary>
    internal ReadOnlySpan<float> InputGradient => _network.Input.Gradient.Span;

    /// <summary>Number of the next forward pass, from 0; seeds Dropout together with <see cref="PlanOptions.Seed"/>. +1 per <see cref="Forward"/>.</summary>
    public long Step { get; set; }

    /// <summary>Prepares <paramref name="graph"/> for batches of shape <paramref name="input"/>.</summary>
    /// <exception cref="ShapeMismatchException">The graph has not exactly one input and one output, or a node does not accept its inputs.</exception>
    public static TrainingPlan Create(Graph graph, TensorShape input, PlanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Create(graph, input, options, KernelFamily.Current);
    }

    /// <summary>As the public method, on the kernels of <paramref name="family"/>, or on the operators' own loops alone when it is null.</summary>
    internal static TrainingPlan Create(Graph graph, TensorShape input, PlanOptions? options, KernelFamily? family)
    {
        options ??= new PlanOptions();
        if (options.Group is not { Size: > 1 } group)
            return new(TrainingNetwork.Build(graph, input, options with { Group = null }, family), input);
        PlanInput.Check(graph, input);
        if (input[0] % group.Size != 0)
            throw new ArgumentException($"TrainingPlan: expected a batch that {group.Size} processes can share evenly, received {input[0]} images. Choose "
                + $"another batch size or number of processes.", nameof(options));
        BatchSplit split = BatchSplit.Of(graph, input);
        TensorShape own = new([input[0] / group.Size, .. Enumerable.Range(1, input.Rank - 1).Select(i => input[i])]);
        TrainingNetwork body = TrainingNetwork.Build(split.Body, own, options, family);
        split.Check(body, own);
        TensorShape cut = body.Output.Shape;
        TrainingNetwork head = TrainingNetwork.Build(
            split.Head, new TensorShape([input[0], .. Enumerable.Range(1, cut.Rank - 1).Select(i => cut[i])]),
            options with { Group = null, FirstNode = split.Body.Nodes.Count, InputGradient = body.Output.NeedsGradient }, family);
        return new TrainingPlan(body, input, head);
    }

    /// <summary>Floats of all activations and their gradients in blocks of 16 channels.</summary>
    internal long BlockedLength => _network.BlockedLength + (_head?.BlockedLength ?? 0);

    /// <summary>Whether a backward pass computes some values again.</summary>
    internal bool ComputesAgain => _network.Backward.Concat(_head?.Backward ?? []).Any(r => r.Again);

    /// <summary>What runs, in forward order.</summary>
    internal IReadOnlyList<TrainingStep> Steps { get; }

    private TrainingNetwork Last => _head ?? _network;

    /// <summary>Called after every step: its name, whether it ran backward, seconds. For profiles; null: no calls.</summary>
    internal Action<string, bool, double>? Trace { get; set; }

    /// <summary>The part of a batch, or of what belongs to it, that this process computes.</summary>
    internal Span<float> OwnPart(Span<float> batch) => OwnPart(batch, _network.Chain);

    /// <summary>Computes the output in training mode and keeps what <see cref="Backward"/> needs. The span is valid until the next call.</summary>
    /// <exception cref="ShapeMismatchException">The length is not that of <see cref="InputShape"/>.</exception>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> input)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (input.Length != InputShape.ElementCount)
            throw new ShapeMismatchException(
                $"TrainingPlan.Forward: expected {InputShape.ElementCount} values for input {InputShape}, received {input.Length}.");
        input.Slice((_network.Chain?.Group.Rank ?? 0) * _network.Input.Length, _network.Input.Length).CopyTo(_network.Input.Values.Span);
        RunForward(_network);
        if (_head is not null)
        {
            _network.Chain!.Group.Gather(MemoryMarshal.AsBytes(_network.Output.Values.Span), MemoryMarshal.AsBytes(_head.Input.Values.Span));
            RunForward(_head);
        }
        Step++;
        _ran = true;
        return Last.Output.Values.Span;
    }

    /// <summary>
    /// Adds to <see cref="Parameter.Gradient"/> what follows from the gradient of the loss with respect to the last output, once per forward pass.
    /// </summary>
    /// <exception cref="ShapeMismatchException">The length is not that of <see cref="OutputShape"/>.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass since the last call.</exception>
    public void Backward(ReadOnlySpan<float> outputGradient)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_ran)
            throw new InvalidOperationException("TrainingPlan.Backward: expected a Forward since the last Backward, received none. Call Forward first.");
        if (outputGradient.Length != Last.Output.Length)
            throw new ShapeMismatchException(
                $"TrainingPlan.Backward: expected {Last.Output.Length} values for output {OutputShape}, received {outputGradient.Length}.");
        _ran = false;
        if (!Last.Output.NeedsGradient)
            return;
        RunBackward(Last, outputGradient);
        if (_head is null || !_network.Output.NeedsGradient)
            return;
        RunBackward(_network, OwnPart(_head.Input.Gradient.Span));
        _network.Chain!.Finish();
    }

    private static Span<float> OwnPart(Span<float> batch, SumChain? chain)
    {
        int own = batch.Length / (chain?.Group.Size ?? 1);
        return batch.Slice((chain?.Group.Rank ?? 0) * own, own);
    }

    private void RunForward(TrainingNetwork network)
    {
        foreach (TrainingStep step in network.Steps)
        {
            long start = Trace is null ? 0 : Stopwatch.GetTimestamp();
            step.Forward(Step);
            Trace?.Invoke(step.Name, false, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    private void RunBackward(TrainingNetwork network, ReadOnlySpan<float> outputGradient)
    {
        foreach (NchwValue value in network.Cleared)
            value.Gradient.Span.Clear();
        outputGradient.CopyTo(network.Output.Gradient.Span);
        foreach (BackwardRun run in network.Backward)
        {
            long start = Trace is null ? 0 : Stopwatch.GetTimestamp();
            if (run.Again)
                ((BlockedTrainingStep)run.Step).ForwardAgain();
            else
            {
                run.Step.Backward();
                network.Chain?.Add(run.Step);
            }
            Trace?.Invoke(run.Step.Name, !run.Again, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ZeroGradients()
    {
        foreach (Parameter parameter in _parameters)
            parameter.Gradient.Clear();
    }

    /// <summary>Frees the buffers; the plan cannot be used afterwards, the graph can.</summary>
    public void Dispose()
    {
        _disposed = true;
        _network.Dispose();
        _head?.Dispose();
    }
}
