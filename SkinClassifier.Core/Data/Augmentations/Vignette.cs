using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Dark corners or the black rim of a dermatoscope. With d the distance from the middle in halves of the shorter side:
/// v′ = v · (1 − strength · t² (3 − 2t)), t = (d − radius) / softness limited to [0, 1]. Parameters: radius within [0.1, 2], default [0.85, 1.15];
/// softness within [0.01, 2], default [0.05, 0.6]; strength within [0, 1], default [0.4, 1]. Default probability 0.2.
/// </summary>
internal sealed class Vignette(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _radius = parameters.Range("radius", 0.85, 1.15, 0.1, 2);
    private readonly (double Low, double High) _softness = parameters.Range("softness", 0.05, 0.6, 0.01, 2);
    private readonly (double Low, double High) _strength = parameters.Range("strength", 0.4, 1, 0, 1);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_radius), state.Draw(_softness), state.Draw(_strength));

    /// <summary>Does it with given numbers, in place.</summary>
    internal static void Change(RgbImage image, double radius, double softness, double strength)
    {
        double half = Math.Min(image.Width, image.Height) / 2.0;
        for (int y = 0; y < image.Height; y++)
        {
            Span<byte> row = image.Row(y);
            double dy = (y + 0.5 - image.Height / 2.0) / half;
            for (int x = 0; x < image.Width; x++)
            {
                double dx = (x + 0.5 - image.Width / 2.0) / half, t = (Math.Sqrt(dx * dx + dy * dy) - radius) / softness;
                if (t <= 0)
                    continue;
                t = Math.Min(t, 1);
                double light = 1 - strength * t * t * (3 - 2 * t);
                for (int i = 3 * x; i < 3 * x + 3; i++)
                    row[i] = (byte)(row[i] * light + 0.5);
            }
        }
    }
}
