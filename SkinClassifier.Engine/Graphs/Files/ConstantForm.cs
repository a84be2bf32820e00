namespace SkinClassifier.Graphs.Files;

/// <summary>What a constant input of a file becomes in <see cref="OperatorAttributes.ConstantInputs"/>.</summary>
internal enum ConstantForm
{
    /// <summary>A float.</summary>
    Float,

    /// <summary>float[].</summary>
    Floats,

    /// <summary>long[], also from a single number.</summary>
    Integers,

    /// <summary>long for rank 0, long[] for rank 1.</summary>
    IntegersOfRank,

    /// <summary>long[], the shape that the first input is brought to; what differs with the batch or image size becomes 0 or −1.</summary>
    TargetShape,

    /// <summary>long[], a length for each axis; a first one that follows the batch is left out, and attribute axes says so.</summary>
    Lengths,
}

/// <summary>Constants of a file in their form.</summary>
internal static class ConstantForms
{
    /// <summary>The constant in the form that is asked for, or null when its shape does not fit.</summary>
    public static object? Convert(OnnxTensor tensor, ConstantForm form) => form switch
    {
        ConstantForm.Float => tensor.Count == 1 ? tensor.AsFloats()[0] : null,
        ConstantForm.Floats => tensor.Shape.Rank <= 1 ? tensor.AsFloats() : null,
        ConstantForm.IntegersOfRank => tensor.Shape.Rank == 0 ? tensor.AsIntegers()[0] : tensor.Shape.Rank == 1 ? tensor.AsIntegers() : null,
        _ => tensor.Shape.Rank <= 1 ? tensor.AsIntegers() : null,
    };
}
