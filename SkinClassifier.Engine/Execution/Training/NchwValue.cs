using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <summary>A named value of a training plan in NCHW, with a gradient where one is needed.</summary>
internal sealed class NchwValue(string name, TensorShape shape, Memory<float> values, Memory<float> gradient)
{
    /// <summary>Its name in the graph.</summary>
    public string Name { get; } = name;

    /// <summary>The lengths of the axes.</summary>
    public TensorShape Shape { get; } = shape;

    /// <summary>Elements, last axis fastest.</summary>
    public Memory<float> Values { get; } = values;

    /// <summary>Gradient, or empty.</summary>
    public Memory<float> Gradient { get; } = gradient;

    /// <summary>Number of elements.</summary>
    public int Length => Values.Length;

    /// <summary>Whether a trainable parameter lies at or below this value, or an input whose gradient is asked for.</summary>
    public bool NeedsGradient => !Gradient.IsEmpty;

    /// <summary>What an operator sees.</summary>
    public StepValue ToStepValue() => new(Shape, Values, Gradient);
}
