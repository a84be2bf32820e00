using SkinClassifier.Imaging;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>An image at its working size, with the planes that the families of descriptors share.</summary>
internal sealed class SkinImage
{
    /// <summary>The longer side of the working size, in pixels. All textures and distances are measured at this scale.</summary>
    public const int LongerSide = 200;

    private SkinImage(RgbImage pixels)
    {
        Pixels = pixels;
        Gray = GrayPlane.Of(pixels);
        Lab = LabPlanes.Of(pixels);
        Lesion = LesionMask.Find(Gray);
    }

    /// <summary>The pixels at the working size.</summary>
    public RgbImage Pixels { get; }

    /// <summary>Luminance.</summary>
    public GrayPlane Gray { get; }

    /// <summary>CIELAB.</summary>
    public LabPlanes Lab { get; }

    /// <summary>Where the lesion is.</summary>
    public LesionMask Lesion { get; }

    /// <summary>Brings an image to its working size (longer side 200, aspect kept, triangle filter) and computes the planes.</summary>
    public static SkinImage Of(RgbImage image)
    {
        double scale = (double)LongerSide / Math.Max(image.Width, image.Height);
        int width = Side(image.Width * scale), height = Side(image.Height * scale);
        return new SkinImage(width == image.Width && height == image.Height ? image : image.Resize(width, height));
    }

    /// <summary>A very narrow image gets at least 8 pixels across, so that every neighborhood exists.</summary>
    private static int Side(double length) => Math.Max(8, (int)Math.Round(length, MidpointRounding.AwayFromZero));
}
