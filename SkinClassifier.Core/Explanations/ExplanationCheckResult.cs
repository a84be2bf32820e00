using System.Globalization;

namespace SkinClassifier.Explanations;

/// <summary>How alike the maps still are after the upper layers lost what they had learned.</summary>
/// <param name="Layer">The lowest layer that is randomized; it and all above it are.</param>
/// <param name="Randomized">Number of layers with random weights.</param>
/// <param name="Correlation">Mean Spearman rank correlation with the maps of the model, −1 to 1.</param>
public sealed record RandomizationStage(string Layer, int Randomized, double Correlation);

/// <summary>What the sanity checks of heat maps found, as means over the images.</summary>
public sealed record ExplanationCheckResult
{
    /// <summary>The final correlation must be below: 0.2.</summary>
    public const double MaxCorrelation = 0.2;

    /// <summary>Number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The method that was checked.</summary>
    public required ExplanationMethod Method { get; init; }

    /// <summary>The stages from the first randomized layer (the top) to all layers.</summary>
    public required IReadOnlyList<RandomizationStage> Stages { get; init; }

    /// <summary>Rank correlation when all layers are random.</summary>
    public double FinalCorrelation => Stages[^1].Correlation;

    /// <summary>Area under the probability of the class while pixels are deleted in the order of the map, 0 to 1.</summary>
    public required double DeletionArea { get; init; }

    /// <summary>The same for pixels that are deleted in random order.</summary>
    public required double RandomDeletionArea { get; init; }

    /// <summary>Whether the map follows the weights: the final correlation is below <see cref="MaxCorrelation"/>.</summary>
    public bool FollowsWeights => FinalCorrelation < MaxCorrelation;

    /// <summary>Whether the places of the map matter more than random ones: their deletion leaves the smaller area.</summary>
    public bool FindsPlaces => DeletionArea < RandomDeletionArea;

    /// <summary>Both.</summary>
    public bool IsTrustworthy => FollowsWeights && FindsPlaces;

    /// <summary>The finding in plain sentences, with the numbers that it rests on.</summary>
    public string Sentence
    {
        get
        {
            string weights = FollowsWeights ? "the maps change" : "the maps stay alike", places = FindsPlaces ? "lowers" : "does not lower";
            string verdict = IsTrustworthy ? "The maps pass both checks." : "Do not trust these maps.";
            return string.Create(CultureInfo.InvariantCulture, $"{verdict} When all weights are random, {weights}: rank correlation {FinalCorrelation:0.00}, "
                + $"expected below {MaxCorrelation:0.0}. Deleting the places of the maps {places} the probability faster than deleting random places: mean "
                + $"probability {DeletionArea:0.000} and {RandomDeletionArea:0.000}, over {Images} image{(Images == 1 ? "" : "s")}.");
        }
    }
}
