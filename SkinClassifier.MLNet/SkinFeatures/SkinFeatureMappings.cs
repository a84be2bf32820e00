using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>Descriptors of a row: what the contracts of the chain share.</summary>
internal static class SkinFeatureMapping
{
    /// <summary>Reads an image and writes its descriptors; NaN for all of them when it cannot be read and that is wanted.</summary>
    public static void Write(Func<RgbImage> read, SkinFeatureValuesRow output, bool missingAsNaN)
    {
        // The array of the row before may still be in use by whoever took it.
        float[] values = new float[SkinFeatureExtractor.Length];
        try
        {
            SkinFeatureExtractor.Extract(read(), values);
        }
        catch (Exception error) when (missingAsNaN && error is SkinClassifierException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            values.AsSpan().Fill(float.NaN);
        }
        output.Values = values;
    }

    public static RgbImage Load(ReadOnlyMemory<char> path) => RgbImage.Load(path.ToString());

    public static RgbImage Decode(VBuffer<byte> bytes) => RgbImage.Decode(bytes.IsDense ? bytes.GetValues() : [.. bytes.DenseValues()], name: "image");
}

/// <summary>Path → descriptors; an image that cannot be read is an error.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class SkinFeaturesFromPath : CustomMappingFactory<SkinFeaturePathRow, SkinFeatureValuesRow>
{
    /// <summary>Name in saved models.</summary>
    public const string Contract = "SkinClassifier.SkinFeatures.Path";

    /// <inheritdoc/>
    public override Action<SkinFeaturePathRow, SkinFeatureValuesRow> GetMapping() =>
        static (row, output) => SkinFeatureMapping.Write(() => SkinFeatureMapping.Load(row.Path), output, missingAsNaN: false);
}

/// <summary>Path → descriptors; NaN for an image that cannot be read.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class SkinFeaturesFromPathOrNaN : CustomMappingFactory<SkinFeaturePathRow, SkinFeatureValuesRow>
{
    /// <summary>Name in saved models.</summary>
    public const string Contract = "SkinClassifier.SkinFeatures.PathOrNaN";

    /// <inheritdoc/>
    public override Action<SkinFeaturePathRow, SkinFeatureValuesRow> GetMapping() =>
        static (row, output) => SkinFeatureMapping.Write(() => SkinFeatureMapping.Load(row.Path), output, missingAsNaN: true);
}

/// <summary>Bytes → descriptors; an image that cannot be read is an error.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class SkinFeaturesFromBytes : CustomMappingFactory<SkinFeatureBytesRow, SkinFeatureValuesRow>
{
    /// <summary>Name in saved models.</summary>
    public const string Contract = "SkinClassifier.SkinFeatures.Bytes";

    /// <inheritdoc/>
    public override Action<SkinFeatureBytesRow, SkinFeatureValuesRow> GetMapping() =>
        static (row, output) => SkinFeatureMapping.Write(() => SkinFeatureMapping.Decode(row.Bytes), output, missingAsNaN: false);
}

/// <summary>Bytes → descriptors; NaN for an image that cannot be read.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class SkinFeaturesFromBytesOrNaN : CustomMappingFactory<SkinFeatureBytesRow, SkinFeatureValuesRow>
{
    /// <summary>Name in saved models.</summary>
    public const string Contract = "SkinClassifier.SkinFeatures.BytesOrNaN";

    /// <inheritdoc/>
    public override Action<SkinFeatureBytesRow, SkinFeatureValuesRow> GetMapping() =>
        static (row, output) => SkinFeatureMapping.Write(() => SkinFeatureMapping.Decode(row.Bytes), output, missingAsNaN: true);
}
