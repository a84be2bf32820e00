using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>A row with the path of an image, inside the chain of <see cref="SkinFeaturesEstimator"/>.</summary>
public sealed class SkinFeaturePathRow
{
    /// <summary>Path of the file.</summary>
    [ColumnName(SkinFeatureChain.Image)]
    public ReadOnlyMemory<char> Path { get; set; }
}

/// <summary>A row with the bytes of an image file, inside the chain of <see cref="SkinFeaturesEstimator"/>.</summary>
public sealed class SkinFeatureBytesRow
{
    /// <summary>The bytes of a JPEG, PNG, BMP or GIF file.</summary>
    [ColumnName(SkinFeatureChain.Image)]
    public VBuffer<byte> Bytes { get; set; }
}

/// <summary>A row with descriptors, inside the chain of <see cref="SkinFeaturesEstimator"/>.</summary>
public sealed class SkinFeatureValuesRow
{
    /// <summary>The descriptors, in the order of <see cref="SkinFeatureExtractor.Names"/>.</summary>
    [ColumnName(SkinFeatureChain.Values), VectorType(SkinFeatureExtractor.Length)]
    public float[] Values { get; set; } = [];
}
