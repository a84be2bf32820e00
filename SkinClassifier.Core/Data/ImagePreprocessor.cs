using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>How a picture of another shape is brought to the network's size.</summary>
public enum ResizeKind
{
    /// <summary>The shorter side is scaled to the size, then the centre is cut out. Keeps proportions, loses the margins.</summary>
    Crop,

    /// <summary>Both sides are scaled to the size. Keeps everything, changes proportions.</summary>
    Stretch,

    /// <summary>The longer side is scaled to the size, the rest is filled with black. Keeps everything and the proportions.</summary>
    Pad,
}

/// <summary>
/// The one way from a picture to numbers, for training, evaluation and prediction: resize, then R, G, B planes [3,H,W] of values 0 to 255.
/// Normalisation is not part of it; that is inside the network's graph.
/// </summary>
/// <param name="Width">Columns of the result, 1 to 16384.</param>
/// <param name="Height">Rows of the result, 1 to 16384.</param>
/// <param name="Resize">Default: crop.</param>
/// <param name="Filter">Default: triangle (bilinear with antialiasing).</param>
public sealed record ImagePreprocessor(int Width, int Height, ResizeKind Resize = ResizeKind.Crop, ResizeFilter Filter = ResizeFilter.Triangle)
{
    private const int MaximumSide = 16384;

    /// <summary>Columns of the result.</summary>
    public int Width { get; } = InRange(Width, nameof(Width));

    /// <summary>Rows of the result.</summary>
    public int Height { get; } = InRange(Height, nameof(Height));

    /// <summary>How a picture of another shape is brought to the size.</summary>
    public ResizeKind Resize { get; } = Enum.IsDefined(Resize) ? Resize : throw new ArgumentOutOfRangeException(nameof(Resize), Resize, "ImagePreprocessor: expected crop, stretch or pad.");

    /// <summary>The filter that scales.</summary>
    public ResizeFilter Filter { get; } = Enum.IsDefined(Filter) ? Filter : throw new ArgumentOutOfRangeException(nameof(Filter), Filter, "ImagePreprocessor: expected nearest, triangle or cubic.");

    /// <summary>Values per picture: 3 · <see cref="Height"/> · <see cref="Width"/>.</summary>
    public int ValueCount => 3 * Width * Height;

    /// <summary>Resizes <paramref name="image"/> and writes its red, green and blue planes, values 0 to 255.</summary>
    /// <param name="image">Any size; not changed.</param>
    /// <param name="destination">[3,H,W], exactly <see cref="ValueCount"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void Apply(RgbImage image, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (destination.Length != ValueCount)
            throw new ArgumentException($"ImagePreprocessor {Width}×{Height}: expected room for {ValueCount} values, received {destination.Length}.", nameof(destination));
        WritePlanes(Fit(image).Pixels, destination);
    }

    /// <summary>The picture at the network's size, still as bytes; <paramref name="image"/> itself when it has that size already.</summary>
    internal RgbImage Fit(RgbImage image)
    {
        if (image.Width == Width && image.Height == Height)
            return image;
        switch (Resize)
        {
            case ResizeKind.Stretch:
                return image.Resize(Width, Height, Filter);
            case ResizeKind.Pad:
                (int w, int h) = Scaled(image, covering: false);
                RgbImage small = image.Resize(w, h, Filter);
                int left = (Width - w) / 2, top = (Height - h) / 2;
                return small.Pad(left, top, Width - w - left, Height - h - top, 0, 0, 0);
            default:
                image = CutExtremes(image);
                (w, h) = Scaled(image, covering: true);
                return image.Resize(w, h, Filter).CropCenter(Width, Height);
        }
    }

    /// <summary>Interleaved bytes to planes of floats.</summary>
    internal static void WritePlanes(ReadOnlySpan<byte> pixels, Span<float> destination)
    {
        int plane = destination.Length / 3;
        Span<float> red = destination[..plane], green = destination.Slice(plane, plane), blue = destination.Slice(2 * plane, plane);
        pixels = pixels[..(3 * plane)];
        for (int i = 0, p = 0; i < red.Length; i++, p += 3)
        {
            red[i] = pixels[p];
            green[i] = pixels[p + 1];
            blue[i] = pixels[p + 2];
        }
    }

    /// <summary>A picture more than 8 times longer than the target's proportions is first cut to twice them, around its centre: the rest would be cut off after scaling anyway, and scaling it could take any amount of memory.</summary>
    private RgbImage CutExtremes(RgbImage image)
    {
        long across = (long)Width * image.Height, down = (long)Height * image.Width;
        if (across > 8 * down)
            return image.CropCenter(image.Width, (int)Math.Max(1, 2 * down / Width));
        return down > 8 * across ? image.CropCenter((int)Math.Max(1, 2 * across / Height), image.Height) : image;
    }

    /// <summary>Size with the picture's proportions that just covers the target, or just fits into it. One side is exact, the other rounded to the nearest pixel.</summary>
    private (int Width, int Height) Scaled(RgbImage image, bool covering)
    {
        long across = (long)Width * image.Height, down = (long)Height * image.Width;
        bool byWidth = covering ? across >= down : across <= down;
        return byWidth
            ? (Width, Clamp((across + image.Width / 2) / image.Width, Height))
            : (Clamp((down + image.Height / 2) / image.Height, Width), Height);

        int Clamp(long side, int target) => (int)(covering ? Math.Max(side, target) : Math.Clamp(side, 1, target));
    }

    private static int InRange(int value, string name) => value is >= 1 and <= MaximumSide
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"ImagePreprocessor: expected 1 to {MaximumSide} pixels.");
}
