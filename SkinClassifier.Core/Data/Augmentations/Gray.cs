using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>The image without color: every sample becomes the luma 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). Default probability 0.1.</summary>
internal sealed class Gray(AugmentationParameters parameters) : Augmentation(parameters)
{
    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit());

    /// <summary>Does it, in place.</summary>
    internal static void Change(RgbImage image)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
            pixels.Slice(i, 3).Fill(Tone.Luma(pixels[i], pixels[i + 1], pixels[i + 2]));
    }
}
