using System.Globalization;

namespace SkinClassifier.Explanations;

/// <summary>How alike the maps still are after the upper layers lost what they had learned.</summary>
/// <param name="Layer">The lowest layer that is randomized; it and all above it are.</param>
/// <param name="Randomized">Number of layers with random weights.</param>
/// <param name="Correlation">Mean Spearman rank correlation with the maps of the model, −1 to 1; 0 where all of these are empty.</param>
public sealed record RandomizationStage(string Layer, int Randomized, double Correlation);

/// <summary>What the sanity checks of heat maps found, as means over the images.</summary>
public sealed record ExplanationCheckResult
{
    /// <summary>The final correlation must be below: 0.2.</summary>
    public const double MaxCorrelation = 0.2;

    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>Images whose map is empty: no place raises the score of the class. The correlation is that of the others.</summary>
    public int EmptyMaps { get; init; }

    /// <summary>The method that was checked.</summary>
    public required ExplanationMethod Method { get; init; }

    /// <summary>The stages from the first randomized layer (the top) to all layers.</summary>
    public required IReadOnlyList<RandomizationStage> Stages { get; init; }

    /// <summary>Rank correlation when all layers are random.</summary>
    public double FinalCorrelation => Stages[^1].Correlation;

    /// <summary>
    /// Images whose class loses at least half of its probability when all is deleted. The others say nothing about an order of deletion: the network sees
    /// their class in an image of nothing, too.
    /// </summary>
    public required int DeletionImages { get; init; }

    /// <summary>
    /// Area under the probability of the class while squares are deleted in the order of the map, 0 to 1; 0 without <see cref="DeletionImages"/>.
    /// </summary>
    public required double DeletionArea { get; init; }

    /// <summary>The same for squares that are deleted in random order.</summary>
    public required double RandomDeletionArea { get; init; }

    /// <summary>Whether the map follows the weights: the final correlation is below <see cref="MaxCorrelation"/>.</summary>
    public bool FollowsWeights => FinalCorrelation < MaxCorrelation;

    /// <summary>
    /// Whether the places of the map matter more than random ones: their deletion leaves the smaller area. Null where no image can tell.
    /// </summary>
    public bool? FindsPlaces => DeletionImages == 0 ? null : DeletionArea < RandomDeletionArea;

    /// <summary>
    /// Whether the maps passed both checks. False also where deletion cannot tell: a class that the network gives to an image of nothing is not explained by
    /// places of the image.
    /// </summary>
    public bool IsTrustworthy => EmptyMaps < Images && FollowsWeights && FindsPlaces == true;

    /// <summary>The finding in plain sentences, with the numbers that it rests on.</summary>
    public string Sentence => string.Create(CultureInfo.InvariantCulture, $"{Verdict}{Empty} {Weights} {Places}");

    private string Verdict => IsTrustworthy ? "The maps pass both checks." : "Do not trust these maps.";

    private string Empty => EmptyMaps == 0 ? "" : $" {EmptyMaps} of {Images} maps are empty: no place raises the score.";

    private string Weights => string.Create(CultureInfo.InvariantCulture, $"With random weights the maps {(FollowsWeights ? "change" : "stay alike")}: rank "
        + $"correlation {FinalCorrelation:0.00} over {Images - EmptyMaps} image{(Images - EmptyMaps == 1 ? "" : "s")}, expected below {MaxCorrelation:0.0}.");

    private string Places => FindsPlaces switch
    {
        null => "Deletion tells nothing: the network gives the class to an image without content, too.",
        bool finds => string.Create(CultureInfo.InvariantCulture, $"Deleting what the maps mark lowers the probability {(finds ? "faster" : "no faster")} than "
            + $"deleting at random: mean {DeletionArea:0.000} against {RandomDeletionArea:0.000} over {DeletionImages} "
            + $"image{(DeletionImages == 1 ? "" : "s")}."),
    };
}
