using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>Hue in HSV turned; saturation and value stay. Parameter degrees: within [−180, 180], default [−5, 5]. Default probability 1.</summary>
internal sealed class Hue(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _degrees = parameters.Range("degrees", -5, 5, -180, 180);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_degrees));

    /// <summary>Does it with a given angle, in place.</summary>
    internal static void Change(RgbImage image, double degrees)
    {
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            double r = pixels[i], g = pixels[i + 1], b = pixels[i + 2], max = Math.Max(r, Math.Max(g, b)), chroma = max - Math.Min(r, Math.Min(g, b));
            if (chroma == 0)
                continue;
            // Hue in sixths of the circle: 0 red, 2 green, 4 blue.
            double hue = max == r ? (g - b) / chroma : max == g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
            hue += degrees / 60 + 12;
            pixels[i] = Component(5 + hue, max, chroma);
            pixels[i + 1] = Component(3 + hue, max, chroma);
            pixels[i + 2] = Component(1 + hue, max, chroma);
        }
    }

    // V − C · max(0, min(k, 4 − k, 1)) with k = (n + H) mod 6.
    private static byte Component(double k, double max, double chroma)
    {
        k -= 6 * Math.Floor(k / 6);
        return (byte)(max - chroma * Math.Clamp(Math.Min(k, 4 - k), 0, 1) + 0.5);
    }
}
