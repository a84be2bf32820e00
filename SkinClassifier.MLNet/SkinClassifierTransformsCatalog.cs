using SkinClassifier.Data;
using SkinClassifier.MLNet;

namespace Microsoft.ML;

/// <summary>What SkinClassifier adds to <see cref="MLContext.Transforms"/>.</summary>
public static class SkinClassifierTransformsCatalog
{
    /// <summary>Images of one size, decoded and resized as our own networks see them.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">Column of the images that are made (MLImage).</param>
    /// <param name="width">Columns of the result in pixels.</param>
    /// <param name="height">Rows of the result in pixels.</param>
    /// <param name="inputColumnName">Column of paths (text), images (MLImage) or bytes of image files; null: <paramref name="outputColumnName"/>.</param>
    /// <param name="resize">How an image of another shape is brought to the size.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public static AccurateResizingEstimator ResizeImageAccurately(this TransformsCatalog catalog, string outputColumnName, int width, int height,
        string? inputColumnName = null, ResizeKind resize = ResizeKind.Crop) => ResizeImageAccurately(catalog, new AccurateResizingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Width = width,
            Height = height,
            Resize = resize,
        });

    /// <summary>Images of one size, decoded, augmented and resized as our own networks see them.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">All choices.</param>
    /// <exception cref="ArgumentException">Options are out of their ranges.</exception>
    public static AccurateResizingEstimator ResizeImageAccurately(this TransformsCatalog catalog, AccurateResizingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new AccurateResizingEstimator(CatalogEnvironment.Of(catalog), options);
    }

    /// <summary>Features of a frozen network.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">Column of the features, a vector of float.</param>
    /// <param name="inputColumnName">Column of paths (text), images (MLImage) or bytes of image files; null: <paramref name="outputColumnName"/>.</param>
    /// <param name="weightsPath">An ONNX file; null: the built-in network that our trainer takes, with its weights on this machine.</param>
    /// <exception cref="ArgumentException">There is no network with weights.</exception>
    /// <exception cref="SkinClassifier.Common.SkinClassifierException">The file is damaged or not supported.</exception>
    public static NetworkFeatureEstimator ExtractNetworkFeatures(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null,
        string? weightsPath = null) => ExtractNetworkFeatures(catalog, new NetworkFeatureEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Network = new() { WeightsPath = weightsPath },
        });

    /// <summary>Features of a frozen network.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">All choices.</param>
    /// <exception cref="ArgumentException">There is no network with weights, or options are out of their ranges.</exception>
    /// <exception cref="SkinClassifier.Common.SkinClassifierException">The file is damaged or not supported.</exception>
    public static NetworkFeatureEstimator ExtractNetworkFeatures(this TransformsCatalog catalog, NetworkFeatureEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new NetworkFeatureEstimator(CatalogEnvironment.Of(catalog), options);
    }

    /// <summary>
    /// 176 classical descriptors of an image of skin: color moments and histograms in CIELAB, gray-level co-occurrence, local binary patterns, oriented
    /// gradients and the shape of the lesion (<see cref="SkinClassifier.MLNet.SkinFeatures.SkinFeatureExtractor"/>). The slots have names. For comparisons
    /// with networks; their scales differ, so most trainers want <c>NormalizeMeanVariance</c> after it.
    /// </summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="outputColumnName">Column of the descriptors, a vector of float.</param>
    /// <param name="inputColumnName">Column of paths (text), images (MLImage) or bytes of image files; null: <paramref name="outputColumnName"/>.</param>
    /// <exception cref="ArgumentException">A name of a column is missing, or two are the same.</exception>
    /// <example><code>
    /// var pipeline = ml.Transforms.ExtractSkinFeatures("Features", "ImagePath")
    ///     .Append(ml.Transforms.NormalizeMeanVariance("Features"))
    ///     .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy());
    /// </code></example>
    public static SkinFeaturesEstimator ExtractSkinFeatures(this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        ExtractSkinFeatures(catalog, new SkinFeaturesEstimator.Options { OutputColumnName = outputColumnName, InputColumnName = inputColumnName });

    /// <summary>Classical descriptors of an image of skin.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <param name="options">All choices.</param>
    /// <exception cref="ArgumentException">A name of a column is missing, or two are the same.</exception>
    public static SkinFeaturesEstimator ExtractSkinFeatures(this TransformsCatalog catalog, SkinFeaturesEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new SkinFeaturesEstimator(CatalogEnvironment.Of(catalog), options);
    }
}
