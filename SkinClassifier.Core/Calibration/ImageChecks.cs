using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>What is checked of an image before a model's answer counts: whether it is like the training images, and whether it can be used at all.</summary>
/// <param name="Familiarity">Compares with the training images; null: the network has no features, or there were too few images.</param>
/// <param name="Quality">Limits of the image's quality; null: there were too few images.</param>
internal sealed record ImageChecks(Familiarity? Familiarity, ImageQuality? Quality)
{
    /// <summary>Name of the entry in model.zip.</summary>
    public const string EntryName = "familiarity.bin";

    /// <summary>Code of <see cref="DescribeUnfamiliar"/>.</summary>
    public const string UnfamiliarCode = "unfamiliar";

    private const int Magic = 0x4D46_4B53, Version = 1;

    /// <summary>Looks at an image.</summary>
    /// <param name="features">Features [D]; empty: the network has none.</param>
    /// <param name="logits">Values before the softmax [L]; may be empty.</param>
    /// <param name="pixels">The network's input [3,H,W].</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="original">Columns and rows of the image before it was scaled.</param>
    public ImageFindings Inspect(ReadOnlySpan<float> features, ReadOnlySpan<float> logits, ReadOnlySpan<float> pixels, int width, int height,
        (int Width, int Height) original)
    {
        FamiliarityResult? familiarity = features.IsEmpty ? null : Familiarity?.Measure(features, logits);
        if (Quality is null)
            return new ImageFindings { Familiarity = familiarity };
        QualityMeasures measures = QualityMeasures.Of(pixels, width, height, original.Width, original.Height);
        return new ImageFindings { Familiarity = familiarity, Measures = measures, Quality = Quality, Problems = Quality.Problems(measures) };
    }

    /// <summary>Code and sentence for an image that is not like the training images.</summary>
    public static PredictionReason DescribeUnfamiliar(float familiarity) => new(UnfamiliarCode, string.Create(CultureInfo.InvariantCulture,
        $"The image is not like the training images: {100 * familiarity:0.#} % of the images that were kept for checks look as unfamiliar, or more so."));

    /// <summary>Magic "SKFM", version, which parts follow, the parts.</summary>
    public byte[] ToBytes()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Quality is not null);
        writer.Write(Familiarity is not null);
        Quality?.Write(writer);
        Familiarity?.Write(writer);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <param name="bytes">The entry.</param>
    /// <param name="where">The file and the entry, for messages.</param>
    /// <exception cref="InvalidContentException">The entry is damaged.</exception>
    /// <exception cref="UnsupportedContentException">A newer release wrote it.</exception>
    public static ImageChecks FromBytes(byte[] bytes, string where)
    {
        using BinaryReader reader = new(new MemoryStream(bytes));
        try
        {
            if (reader.ReadInt32() != Magic)
                throw new InvalidContentException(
                    $"{where}: expected an entry that begins with SKFM, received another. The file is damaged; save the model again.");
            int version = reader.ReadInt32();
            if (version > Version)
                throw new UnsupportedContentException($"{where}: expected version {Version}, received version {version}, which a newer SkinClassifier wrote. "
                    + "Update SkinClassifier to read it.");
            bool hasQuality = reader.ReadBoolean(), hasFamiliarity = reader.ReadBoolean();
            ImageQuality? quality = hasQuality ? ImageQuality.Read(reader, where) : null;
            return new ImageChecks(hasFamiliarity ? Familiarity.Read(reader, where) : null, quality);
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidContentException($"{where}: the entry ends too early. It is damaged; save the model again.", error);
        }
    }
}
