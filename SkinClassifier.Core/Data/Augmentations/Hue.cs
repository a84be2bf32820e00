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
        float turn = (float)(degrees / 60 - 6 * Math.Floor(degrees / 360));
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int r = pixels[i], g = pixels[i + 1], b = pixels[i + 2], max = Math.Max(r, Math.Max(g, b)), chroma = max - Math.Min(r, Math.Min(g, b));
            if (chroma == 0)
                continue;
            // Hue in sixths of the circle: 0 red, 2 green, 4 blue; with the turn it lies between −1 and 11.
            float part = 1f / chroma, hue = max == r ? (g - b) * part : max == g ? 2 + (b - r) * part : 4 + (r - g) * part;
            hue += turn;
            pixels[i] = Component(5 + hue, max, chroma);
            pixels[i + 1] = Component(3 + hue, max, chroma);
            pixels[i + 2] = Component(1 + hue, max, chroma);
        }
    }

    // V − C · max(0, min(k, 4 − k, 1)) with k = (n + H) mod 6.
    private static byte Component(float k, int max, int chroma)
    {
        k -= k >= 12 ? 12 : k >= 6 ? 6 : 0;
        return (byte)(max - chroma * Math.Max(0f, Math.Min(1f, Math.Min(k, 4 - k))) + 0.5f);
    }
}
