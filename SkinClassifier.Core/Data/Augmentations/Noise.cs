using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// Grain: to every sample a random number of mean 0 is added, close to normal (the sum of four even ones, at most 3.46 deviations).
/// Parameter deviation: standard deviation on the scale 0 to 255, within [0, 100], default [2, 10]. Default probability 0.3.
/// </summary>
internal sealed class Noise(AugmentationParameters parameters) : Augmentation(parameters)
{
    private readonly (double Low, double High) _deviation = parameters.Range("deviation", 2, 10, 0, 100);

    /// <inheritdoc/>
    public override void Apply(AugmentationState state) => Change(state.Edit(), state.Draw(_deviation), state.Random);

    /// <summary>Does it with a given deviation, in place.</summary>
    internal static void Change(RgbImage image, double deviation, SeededRandom random)
    {
        // Four even numbers of 16 bit from one draw: their sum has mean 2 · 65535 and deviation 65536 / √3.
        double scale = deviation * Math.Sqrt(3) / 65536;
        foreach (ref byte sample in image.Pixels)
        {
            ulong bits = random.NextUInt64();
            double sum = (double)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48)) - 2 * 65535;
            sample = (byte)Math.Clamp(sample + scale * sum + 0.5, 0, 255);
        }
    }
}
