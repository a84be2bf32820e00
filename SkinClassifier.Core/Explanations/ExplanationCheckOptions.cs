namespace SkinClassifier.Explanations;

/// <summary>How much work the sanity checks of heat maps do.</summary>
public sealed record ExplanationCheckOptions
{
    /// <summary>Stages in which the weights are randomized from the top down, 1 to 1000. Default 8; no more than the network has layers.</summary>
    public int Stages { get; init; } = 8;

    /// <summary>What stands in the place of deleted pixels. Default <see cref="ExplanationFill.Blur"/>: no new edges.</summary>
    public ExplanationFill Fill { get; init; } = ExplanationFill.Blur;

    /// <summary>Steps in which the pixels are deleted, 2 to 1000. Default 20.</summary>
    public int DeletionSteps { get; init; } = 20;

    /// <summary>Random orders of deletion whose mean is compared, 1 to 100. Default 3.</summary>
    public int RandomOrders { get; init; } = 3;

    /// <summary>Seed of the random weights and orders. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Refuses values outside their ranges, all at once.</summary>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    internal void Validate()
    {
        string[] errors =
        [
            .. Error(nameof(Stages), Stages, 1, 1000), .. Error(nameof(DeletionSteps), DeletionSteps, 2, 1000),
            .. Error(nameof(RandomOrders), RandomOrders, 1, 100),
            .. Enum.IsDefined(Fill) ? [] : (string[])[$"Fill: expected mean, black or blur, received {(int)Fill}."],
        ];
        if (errors.Length > 0)
            throw new ArgumentException(string.Join(' ', errors), "check");

        static string[] Error(string name, int value, int low, int high) =>
            value >= low && value <= high ? [] : [$"{name}: expected {low} to {high}, received {value}."];
    }
}
