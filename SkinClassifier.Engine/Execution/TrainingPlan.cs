using System.Diagnostics;
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
    private bool _disposed, _ran;

    private TrainingPlan(TrainingNetwork network) => _network = network;

    /// <summary>Shape of the batches that <see cref="Forward"/> takes.</summary>
    public TensorShape InputShape => _network.Input.Shape;

    /// <summary>Shape of what <see cref="Forward"/> gives.</summary>
    public TensorShape OutputShape => _network.Output.Shape;

    /// <summary>All parameters that the output depends on, in the order in which the nodes use them.</summary>
    public IReadOnlyList<Parameter> Parameters => _network.Parameters;

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
    internal static TrainingPlan Create(Graph graph, TensorShape input, PlanOptions? options, KernelFamily? family) =>
        new(TrainingNetwork.Build(graph, input, options ?? new PlanOptions(), family));

    /// <summary>Floats of all activations and their gradients in blocks of 16 channels.</summary>
    internal long BlockedLength => _network.BlockedLength;

    /// <summary>What runs, in forward order.</summary>
    internal IReadOnlyList<TrainingStep> Steps => _network.Steps;

    /// <summary>Called after every step: its name, whether it ran backward, seconds. For profiles; null: no calls.</summary>
    internal Action<string, bool, double>? Trace { get; set; }

    /// <summary>Computes the output in training mode and keeps what <see cref="Backward"/> needs. The span is valid until the next call.</summary>
    /// <exception cref="ShapeMismatchException">The length is not that of <see cref="InputShape"/>.</exception>
    public ReadOnlySpan<float> Forward(ReadOnlySpan<float> input)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (input.Length != _network.Input.Length)
            throw new ShapeMismatchException($"TrainingPlan.Forward: expected {_network.Input.Length} values for input {InputShape}, received {input.Length}.");
        input.CopyTo(_network.Input.Values.Span);
        foreach (TrainingStep step in _network.Steps)
        {
            long start = Trace is null ? 0 : Stopwatch.GetTimestamp();
            step.Forward(Step);
            Trace?.Invoke(step.Name, false, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        Step++;
        _ran = true;
        return _network.Output.Values.Span;
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
        if (outputGradient.Length != _network.Output.Length)
            throw new ShapeMismatchException(
                $"TrainingPlan.Backward: expected {_network.Output.Length} values for output {OutputShape}, received {outputGradient.Length}.");
        _ran = false;
        if (!_network.Output.NeedsGradient)
            return;
        foreach (NchwValue value in _network.Cleared)
            value.Gradient.Span.Clear();
        outputGradient.CopyTo(_network.Output.Gradient.Span);
        foreach (BackwardRun run in _network.Backward)
        {
            long start = Trace is null ? 0 : Stopwatch.GetTimestamp();
            if (run.Again)
                ((BlockedTrainingStep)run.Step).ForwardAgain();
            else
                run.Step.Backward();
            Trace?.Invoke(run.Step.Name, !run.Again, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>Sets the gradients of all parameters to zero.</summary>
    public void ZeroGradients()
    {
        foreach (Parameter parameter in _network.Parameters)
            parameter.Gradient.Clear();
    }

    /// <summary>Frees the buffers; the plan cannot be used afterwards, the graph can.</summary>
    public void Dispose()
    {
        _disposed = true;
        _network.Dispose();
    }
}
