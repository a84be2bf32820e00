namespace SkinClassifier.Metrics;

/// <summary>What an operating point was chosen by.</summary>
public enum OperatingPointKind
{
    /// <summary>The model's decision rule: an image counts as the class where the class is predicted.</summary>
    Decision,

    /// <summary>The threshold with the highest sensitivity at a specificity of at least the target.</summary>
    Specificity,

    /// <summary>The threshold with the highest specificity at a sensitivity of at least the target.</summary>
    Sensitivity,
}
