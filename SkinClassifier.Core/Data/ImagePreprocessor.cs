using System.Buffers;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Transforms;

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
    private const int MaximumSide = 16384, MaximumScaled = 65536;

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
        if (image.Width == Width && image.Height == Height)
        {
            PlanarPixels.Write(image.Pixels, destination);
            return;
        }
        byte[] fitted = ArrayPool<byte>.Shared.Rent(ValueCount);
        Fit(image, fitted.AsSpan(0, ValueCount));
        PlanarPixels.Write(fitted.AsSpan(0, ValueCount), destination);
        ArrayPool<byte>.Shared.Return(fitted);
    }

    /// <summary>The picture at the network's size, still as bytes; <paramref name="image"/> itself when it has that size already.</summary>
    internal RgbImage Fit(RgbImage image)
    {
        if (image.Width == Width && image.Height == Height)
            return image;
        RgbImage fitted = new(Width, Height);
        Fit(image, fitted.Pixels);
        return fitted;
    }

    private void Fit(RgbImage image, Span<byte> destination)
    {
        switch (Resize)
        {
            case ResizeKind.Stretch:
                Resampler.Resize(image.Pixels, image.Width, image.Height, Width, Height, Filter, destination, 0, 0, Width, Height);
                break;
            case ResizeKind.Pad:
                (int width, int height) = Scaled(image, covering: false);
                Pad(image, width, height, destination);
                break;
            default:
                image = CutExtremes(image);
                (width, height) = Scaled(image, covering: true);
                Resampler.Resize(image.Pixels, image.Width, image.Height, width, height, Filter, destination, (width - Width) / 2, (height - Height) / 2, Width, Height);
                break;
        }
    }

    private void Pad(RgbImage image, int width, int height, Span<byte> destination)
    {
        int left = (Width - width) / 2, top = (Height - height) / 2, stride = Width * 3;
        destination.Clear();
        if (left == 0 && width == Width)
        {
            Resampler.Resize(image.Pixels, image.Width, image.Height, width, height, Filter, destination.Slice(top * stride, height * stride), 0, 0, width, height);
            return;
        }
        byte[] small = ArrayPool<byte>.Shared.Rent(3 * width * height);
        Resampler.Resize(image.Pixels, image.Width, image.Height, width, height, Filter, small, 0, 0, width, height);
        for (int y = 0; y < height; y++)
            small.AsSpan(3 * width * y, 3 * width).CopyTo(destination[((top + y) * stride + left * 3)..]);
        ArrayPool<byte>.Shared.Return(small);
    }

    /// <summary>A picture that would become longer than 65536 pixels is first cut to twice the target's proportions, around its centre: the rest would be cut off after scaling anyway.</summary>
    private RgbImage CutExtremes(RgbImage image)
    {
        long across = (long)Width * image.Height, down = (long)Height * image.Width;
        if (across / image.Width > MaximumScaled)
            return image.CropCenter(image.Width, (int)Math.Max(1, 2 * down / Width));
        return down / image.Height > MaximumScaled ? image.CropCenter((int)Math.Max(1, 2 * across / Height), image.Height) : image;
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
