using SkinClassifier.Tensors;

namespace SkinClassifier.Execution;

/// <summary>
/// One weight tensor of a network while it is trained: an optimizer reads <see cref="Gradient"/> and changes <see cref="Value"/> in place.
/// Both have the ONNX layout of <see cref="Shape"/>; the value is the graph's own tensor.
/// </summary>
public sealed class Parameter
{
    private readonly Tensor _value;
    private readonly float[] _gradient;

    internal Parameter(string name, Tensor value, bool trainable, bool isRunningStatistic = false)
    {
        Name = name;
        _value = value;
        Trainable = trainable;
        IsRunningStatistic = isRunningStatistic;
        _gradient = trainable ? new float[value.Shape.ElementCount] : [];
    }

    /// <summary>The parameter's name in the graph.</summary>
    public string Name { get; }

    /// <summary>The lengths of the axes.</summary>
    public TensorShape Shape => _value.Shape;

    /// <summary>The weights; changes take effect at the next <see cref="TrainingPlan.Forward"/>.</summary>
    public Span<float> Value => _value.Values;

    /// <summary>
    /// Sum of the gradients of all <see cref="TrainingPlan.Backward"/> calls since the last <see cref="TrainingPlan.ZeroGradients"/>; empty when not
    /// <see cref="Trainable"/>.
    /// </summary>
    public Span<float> Gradient => _gradient;

    /// <summary>Whether a gradient is computed: false for running statistics and for names that <see cref="PlanOptions.IsTrainable"/> refuses.</summary>
    public bool Trainable { get; }

    /// <summary>Whether forward passes change the value: a running statistic of a layer that uses those of the batch.</summary>
    internal bool IsRunningStatistic { get; }

    internal Memory<float> ValueMemory => _value.Memory;

    internal Memory<float> GradientMemory => _gradient;

    /// <summary>For example "conv1.weight [32,3,3,3]".</summary>
    public override string ToString() => $"{Name} {Shape}{(Trainable ? "" : " (not trained)")}";
}
