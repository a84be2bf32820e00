namespace SkinClassifier.Explanations;

/// <summary>How much work the sanity checks of heat maps do.</summary>
public sealed record ExplanationCheckOptions
{
    /// <summary>Stages in which the weights are randomized from the top down, 1 to 1000. Default 8; no more than the network has layers.</summary>
    public int Stages { get; init; } = 8;

    /// <summary>Steps in which the pixels are deleted, 2 to 1000. Default 20.</summary>
    public int DeletionSteps { get; init; } = 20;

    /// <summary>Random orders of deletion whose mean is compared, 1 to 100. Default 3.</summary>
    public int RandomOrders { get; init; } = 3;

    /// <summary>Seed of the random weights and orders. Default 1.</summary>
    public ulong Seed { get; init; } = 1;
}
