using SkinClassifier.MLNet.SkinFeatures;

namespace Microsoft.ML;

/// <summary>Classical descriptors of skin images for <see cref="MLContext.Transforms"/>.</summary>
public static class SkinFeaturesCatalog
{
    /// <summary>
    /// Adds a column with 176 classical descriptors of an image: color moments and histograms in CIELAB, gray-level co-occurrence, local binary patterns,
    /// oriented gradients and the shape of the lesion (<see cref="SkinFeatureExtractor"/>). The slots have names. For comparisons with networks; their
    /// scales differ, so most trainers want <c>NormalizeMeanVariance</c> after it.
    /// </summary>
    /// <param name="catalog">The catalog of <see cref="MLContext.Transforms"/>.</param>
    /// <param name="outputColumnName">Name of the new column, a vector of 176 numbers.</param>
    /// <param name="inputColumnName">Column of the images: paths (text) or bytes of image files. Default: <paramref name="outputColumnName"/>.</param>
    /// <param name="missingAsNaN">Whether an image that cannot be read gives NaN, which trainers skip and count; default: it is an error that names the
    /// file.</param>
    /// <example><code>
    /// var pipeline = ml.Transforms.ExtractSkinFeatures("Features", "ImagePath")
    ///     .Append(ml.Transforms.NormalizeMeanVariance("Features"))
    ///     .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
    /// </code></example>
    public static SkinFeaturesEstimator ExtractSkinFeatures(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, bool missingAsNaN = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new SkinFeaturesEstimator(outputColumnName, string.IsNullOrEmpty(inputColumnName) ? outputColumnName : inputColumnName, missingAsNaN);
    }
}
