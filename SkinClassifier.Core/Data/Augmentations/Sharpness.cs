using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Differences from a smoothed image s times a factor: v′ = s + f · (v − s), with s the mean of the 3 × 3 pixels around, the middle one counted
/// five times; the outermost pixels stay. Parameter factor: within [0, 10], default [0.5, 2]; below 1 is softer. Default probability 0.3.
/// Same as Pillow's ImageEnhance.Sharpness to 1 of 255.
/// </summary>
internal sealed class Sharpness(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _factor = parameters.Range("factor", 0.5, 2, 0, 10);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => state.Replace(Change(state.Finish(), state.Draw(_factor)));

    /// <summary>A new image with a given factor.</summary>
    internal static RgbImage Change(RgbImage image, double factor)
    {
        RgbImage result = image.Crop(0, 0, image.Width, image.Height);
        for (int y = 1; y < image.Height - 1; y++)
        {
            ReadOnlySpan<byte> above = image.Row(y - 1), row = image.Row(y), below = image.Row(y + 1);
            Span<byte> to = result.Row(y);
            for (int i = 3; i < row.Length - 3; i++)
            {
                int around = above[i - 3] + above[i] + above[i + 3] + row[i - 3] + row[i + 3] + below[i - 3] + below[i] + below[i + 3];
                int smooth = (2 * (around + 5 * row[i]) + 13) / 26;
                to[i] = (byte)Math.Clamp(smooth + factor * (row[i] - smooth) + 0.5, 0, 255);
            }
        }
        return result;
    }
}
