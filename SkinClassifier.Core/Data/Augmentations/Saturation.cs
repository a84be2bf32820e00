using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Saturation in HSV times a factor, at most to full saturation; hue and value stay: c′ = V − (V − c) · min(f, 1 / S).
/// Parameter factor: within [0, 4], default [0.8, 1.2]. Default probability 1.
/// </summary>
internal sealed class Saturation(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.8, 1.2, 0, 4);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_factor));

    /// <summary>Does it with a given factor, in place.</summary>
    internal static void Change(RgbImage image, double factor)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int max = Math.Max(pixels[i], Math.Max(pixels[i + 1], pixels[i + 2])), min = Math.Min(pixels[i], Math.Min(pixels[i + 1], pixels[i + 2]));
            if (max == min)
                continue;
            double f = Math.Min(factor, max / (double)(max - min));
            for (int c = i; c < i + 3; c++)
                pixels[c] = (byte)(max - (max - pixels[c]) * f + 0.5);
        }
    }
}
