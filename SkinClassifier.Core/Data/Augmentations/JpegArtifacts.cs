using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>The traces of strong JPEG compression. Parameter quality: whole numbers within [1, 100], default [40, 90]. Default probability 0.2.</summary>
internal sealed class JpegArtifacts(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _quality = parameters.Range("quality", 40, 90, 1, 100);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Replace(RgbImage.Decode(state.Finish().EncodeJpeg((int)(state.Draw(_quality) + 0.5))));
}
