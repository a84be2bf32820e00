using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Corruptions;

/// <summary>
/// All corruptions. Lengths are for an image whose shorter side has 224 pixels and grow with the image. The kinds follow what was described for dermoscopic
/// images (Maron et al., A benchmark for neural network robustness in skin cancer classification, 2021); drawings and strengths are our own.
/// </summary>
internal static class CorruptionCatalog
{
    /// <summary>All of them, in the order of metrics.json.</summary>
    public static IReadOnlyList<Corruption> All { get; } =
    [
        new("hair", "5, 10, 18, 30, 45 hairs", HairsAndBubbles.Hair),
        new("gel-bubbles", "3, 7, 13, 22, 35 bubbles", HairsAndBubbles.Bubbles),
        new("ruler", "a ruler over 6, 10, 15, 20, 26 % of the shorter side", HairsAndBubbles.Ruler),
        new("vignette", "dark from 1.1, 1, 0.9, 0.8, 0.7 half sides on, by 40, 55, 70, 85, 100 %", Vignetted),
        new("blur", "Gaussian, σ 0.8, 1.4, 2.2, 3.2, 4.5 pixels", (image, severity, _) => Blurred(image, [0.8, 1.4, 2.2, 3.2, 4.5], severity)),
        new("motion", "blurred along 3, 6, 10, 15, 21 pixels", MotionBlur.Apply),
        new("noise", "deviation 6, 12, 20, 30, 42 of 255", Noisy),
        new("jpeg", "quality 40, 25, 15, 10, 6", (image, severity, _) => RgbImage.Decode(image.EncodeJpeg(Of([40, 25, 15, 10, 6], severity)))),
        new("brightness", "10, 20, 30, 42, 55 % brighter or darker", Brightened),
        new("contrast", "distances from the mean gray times 0.8, 0.65, 0.5, 0.37, 0.25", Flattened),
        new("color-cast", "red and blue 6, 12, 18, 25, 33 % apart from gray, in opposite ways", Cast),
        new("scale", "1.1, 1.2, 1.35, 1.5, 1.75 times larger or smaller", Scaled),
        new("rotation", "9, 18, 27, 36, 45 degrees", Rotated),
    ];

    private static T Of<T>(ReadOnlySpan<T> strengths, int severity) => strengths[severity - 1];

    private static RgbImage Vignetted(RgbImage image, int severity, SeededRandom random)
    {
        Vignette.Change(image, Of([1.1, 1, 0.9, 0.8, 0.7], severity), 0.4, Of([0.4, 0.55, 0.7, 0.85, 1], severity));
        return image;
    }

    private static RgbImage Blurred(RgbImage image, double[] sigmas, int severity)
    {
        GaussianBlur.Change(image, Of<double>(sigmas, severity) * Math.Min(image.Width, image.Height) / 224.0);
        return image;
    }

    private static RgbImage Noisy(RgbImage image, int severity, SeededRandom random)
    {
        Noise.Change(image, Of([6.0, 12, 20, 30, 42], severity), random);
        return image;
    }

    private static RgbImage Brightened(RgbImage image, int severity, SeededRandom random)
    {
        double share = Of([0.1, 0.2, 0.3, 0.42, 0.55], severity), factor = random.NextInt32(2) == 0 ? 1 + share : 1 - share;
        Tone.Map(image, v => factor * v);
        return image;
    }

    private static RgbImage Flattened(RgbImage image, int severity, SeededRandom random)
    {
        Contrast.Change(image, Of([0.8, 0.65, 0.5, 0.37, 0.25], severity));
        return image;
    }

    private static RgbImage Cast(RgbImage image, int severity, SeededRandom random)
    {
        double share = Of([0.06, 0.12, 0.18, 0.25, 0.33], severity) * (random.NextInt32(2) == 0 ? 1 : -1);
        ColorCast.Change(image, 1 + share, 1, 1 - share);
        return image;
    }

    private static RgbImage Scaled(RgbImage image, int severity, SeededRandom random)
    {
        double factor = Of([1.1, 1.2, 1.35, 1.5, 1.75], severity);
        return Warped(image, random.NextInt32(2) == 0 ? factor : 1 / factor, 0);
    }

    private static RgbImage Rotated(RgbImage image, int severity, SeededRandom random) =>
        Warped(image, 1, Of([9, 18, 27, 36, 45], severity) * (random.NextInt32(2) == 0 ? 1 : -1) * Math.PI / 180);

    /// <summary>Times larger, and turned, around the middle; beyond the edge the image is mirrored.</summary>
    private static RgbImage Warped(RgbImage image, double factor, double angle)
    {
        double cos = Math.Cos(angle) / factor, sin = Math.Sin(angle) / factor, mx = image.Width / 2.0, my = image.Height / 2.0;
        AffineMap map = new(cos, sin, mx - cos * mx - sin * my, -sin, cos, my + sin * mx - cos * my);
        return AffineResampler.Warp(image, map, image.Width, image.Height, new Fill(FillMode.Reflect, 0, 0, 0));
    }
}
