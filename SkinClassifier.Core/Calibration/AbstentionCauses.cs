namespace SkinClassifier.Calibration;

/// <summary>What speaks against an answer; several may hold at once. <see cref="PredictionPolicy.Reasons"/> makes sentences of them.</summary>
[Flags]
internal enum AbstentionCauses
{
    /// <summary>Nothing: the model answers.</summary>
    None = 0,

    /// <summary>The probability of the predicted class is below the threshold.</summary>
    LowConfidence = 1,

    /// <summary>The prediction set is empty.</summary>
    EmptySet = 2,

    /// <summary>The prediction set has other classes than the predicted one.</summary>
    NotInSet = 4,
}
