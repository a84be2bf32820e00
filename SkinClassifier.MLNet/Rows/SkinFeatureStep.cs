using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.MLNet.SkinFeatures;

namespace SkinClassifier.MLNet.Rows;

/// <summary>The classical descriptors of an image.</summary>
internal sealed class SkinFeatureStep : ImageStep
{
    /// <summary>How a saved text names this step.</summary>
    public const string Kind = "skinFeatures";

    /// <inheritdoc/>
    public override string Name => "ExtractSkinFeatures";

    /// <inheritdoc/>
    public override int ValueCount => SkinFeatureExtractor.Count;

    /// <inheritdoc/>
    public override ImageWork NewWork() => new Work();

    /// <inheritdoc/>
    public override SavedText Save() => new(Kind) { ThrowOnUnreadableImage = ThrowOnUnreadableImage };

    /// <summary>The step of a saved text.</summary>
    public static SkinFeatureStep Load(SavedText text) => new() { ThrowOnUnreadableImage = text.ThrowOnUnreadableImage };

    private sealed class Work() : ImageWork(SkinFeatureExtractor.Count)
    {
        public override void Dispose() { }

        protected override void Compute(in ImageValue image, ulong rowId) => SkinFeatureExtractor.Extract(image.Decode(null), Values);
    }
}
