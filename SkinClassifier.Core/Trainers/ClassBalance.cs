namespace SkinClassifier.Trainers;

/// <summary>What is done about classes with few images.</summary>
public enum ClassBalance
{
    /// <summary>Nothing: every image counts 1.</summary>
    None,

    /// <summary>Class weights mean count / count.</summary>
    Weights,

    /// <summary>Class weights √(mean count / count): between nothing and full balance.</summary>
    SqrtWeights,

    /// <summary>Class weights (1 − β)/(1 − β^count), β = 0.9999, scaled to a mean of 1 (Cui et al., 2019).</summary>
    EffectiveNumber,

    /// <summary>
    /// Logit adjustment: while training, τ·log(share of the class) is added to each score, so that the finished network ranks classes as if all were
    /// equally frequent (Menon et al., 2021); τ = 1.
    /// </summary>
    LogitAdjustment,

    /// <summary>Images of small classes are shown several times an epoch, until every class is as large as the largest.</summary>
    Oversample,

    /// <summary>Every epoch shows a fresh random part of the large classes, as large as the smallest class.</summary>
    Undersample,

    /// <summary>Every batch draws its classes evenly; an epoch has as many images as the data.</summary>
    BalancedBatches,
}
