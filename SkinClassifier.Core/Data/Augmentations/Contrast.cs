using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Distances from the mean gray m of the image times a factor: v′ = m + f · (v − m). Parameter factor: within [0, 4], default [0.85, 1.15]. Default
/// probability 1.
/// </summary>
internal sealed class Contrast(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.85, 1.15, 0, 4);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_factor));

    /// <summary>Does it with a given factor, in place.</summary>
    internal static void Change(RgbImage image, double factor)
    {
        long sum = 0;
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
            sum += Tone.Luma(pixels[i], pixels[i + 1], pixels[i + 2]);
        double mean = Math.Floor(sum / (pixels.Length / 3.0) + 0.5);
        Tone.Map(image, value => mean + factor * (value - mean));
    }
}
