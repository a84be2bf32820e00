using System.Buffers;
using SkinClassifier.Imaging;
using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Data;

/// <summary>How an image of another shape is brought to the network's size.</summary>
public enum ResizeKind
{
    /// <summary>The shorter side is scaled to the size, then the center is cut out. Keeps proportions, loses the margins.</summary>
    Crop,

    /// <summary>Both sides are scaled to the size. Keeps everything, changes proportions.</summary>
    Stretch,

    /// <summary>The longer side is scaled to the size, the rest is filled with black. Keeps everything and the proportions.</summary>
    Pad,
}

/// <summary>
/// The one way from an image to numbers, for training, evaluation and prediction: resize, then R, G, B planes [3,H,W] of values 0 to 255.
/// Normalization is not part of it; that is inside the network's graph.
/// </summary>
/// <param name="Width">Columns of the result, 1 to 16384.</param>
/// <param name="Height">Rows of the result, 1 to 16384.</param>
/// <param name="Resize">Default: crop.</param>
/// <param name="Filter">Default: triangle (bilinear with antialiasing).</param>
public sealed record ImagePreprocessor(int Width, int Height, ResizeKind Resize = ResizeKind.Crop, ResizeFilter Filter = ResizeFilter.Triangle) : IDecodingScale
{
    /// <summary>An image that is decoded smaller stays at least so many times as wide and high as the size that it is scaled to.</summary>
    private const int LeastReduction = 2;

    private const int MaximumSide = 16384, MaximumScaled = 65536;

    /// <summary>Columns of the result.</summary>
    public int Width { get; } = InRange(Width, nameof(Width));

    /// <summary>Rows of the result.</summary>
    public int Height { get; } = InRange(Height, nameof(Height));

    /// <summary>How an image of another shape is brought to the size.</summary>
    public ResizeKind Resize { get; } =
        Enum.IsDefined(Resize) ? Resize : throw new ArgumentOutOfRangeException(nameof(Resize), Resize, "ImagePreprocessor: expected crop, stretch or pad.");

    /// <summary>The filter that scales.</summary>
    public ResizeFilter Filter { get; } = Enum.IsDefined(Filter) ? Filter
        : throw new ArgumentOutOfRangeException(nameof(Filter), Filter, "ImagePreprocessor: expected nearest, triangle or cubic.");

    /// <summary>
    /// True decodes large JPEG files at 1/2, 1/4 or 1/8 of their size, as long as the image stays at least twice as wide and high as it is scaled to;
    /// the resize follows as usual. Faster, and slightly other values: training and prediction must agree. Has no effect on other formats, on decoded images,
    /// and with the filter nearest. Default false.
    /// </summary>
    public bool ReducedDecoding { get; init; }

    /// <summary>Values per image: 3 · <see cref="Height"/> · <see cref="Width"/>.</summary>
    public int ValueCount => 3 * Width * Height;

    /// <summary>Whether the results of another have the same proportions, whatever their size.</summary>
    internal bool HasShapeOf(ImagePreprocessor other) => (long)Width * other.Height == (long)Height * other.Width;

    /// <summary>Resizes <paramref name="image"/> and writes its red, green and blue planes, values 0 to 255.</summary>
    /// <param name="image">Any size; not changed.</param>
    /// <param name="destination">[3,H,W], exactly <see cref="ValueCount"/> values.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> has another length.</exception>
    public void Apply(RgbImage image, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        Apply(image.Pixels, image.Width, image.Height, destination);
    }

    /// <summary>As above, for R, G, B samples of <paramref name="width"/> × <paramref name="height"/> pixels. Allocates nothing once warm.</summary>
    internal void Apply(ReadOnlySpan<byte> pixels, int width, int height, Span<float> destination)
    {
        CheckLength(destination);
        if (width == Width && height == Height)
        {
            PlanarPixels.Write(pixels, destination);
            return;
        }
        byte[] fitted = ArrayPool<byte>.Shared.Rent(ValueCount);
        Fit(pixels, width, height, fitted.AsSpan(0, ValueCount));
        PlanarPixels.Write(fitted.AsSpan(0, ValueCount), destination);
        ArrayPool<byte>.Shared.Return(fitted);
    }

    /// <summary>Refuses room of another length than <see cref="ValueCount"/>.</summary>
    internal void CheckLength(ReadOnlySpan<float> destination)
    {
        if (destination.Length != ValueCount)
            throw new ArgumentException(
                $"ImagePreprocessor {Width}×{Height}: expected room for {ValueCount} values, received {destination.Length}.", nameof(destination));
    }

    /// <summary>The image at the network's size, still as bytes; <paramref name="image"/> itself when it has that size already.</summary>
    internal RgbImage Fit(RgbImage image)
    {
        if (image.Width == Width && image.Height == Height)
            return image;
        RgbImage fitted = new(Width, Height);
        Fit(image.Pixels, image.Width, image.Height, fitted.Pixels);
        return fitted;
    }

    /// <summary>Where the pixels of an image of that size lie in the result of <see cref="Apply(RgbImage, Span{float})"/>.</summary>
    internal ImagePlacement Place(int width, int height)
    {
        if (Resize == ResizeKind.Stretch)
            return new ImagePlacement((double)Width / width, (double)Height / height, 0, 0);
        bool covers = Resize == ResizeKind.Crop;
        (int keptWidth, int keptHeight) = covers ? Kept(width, height) : (width, height);
        (int scaledWidth, int scaledHeight) = Scaled(keptWidth, keptHeight, covers);
        double scaleX = (double)scaledWidth / keptWidth, scaleY = (double)scaledHeight / keptHeight;
        int left = covers ? (scaledWidth - Width) / 2 : -((Width - scaledWidth) / 2);
        int top = covers ? (scaledHeight - Height) / 2 : -((Height - scaledHeight) / 2);
        return new ImagePlacement(scaleX, scaleY, left + (width - keptWidth) / 2 * scaleX, top + (height - keptHeight) / 2 * scaleY);
    }

    /// <inheritdoc/>
    int IDecodingScale.Eighths(int width, int height)
    {
        if (!ReducedDecoding || Filter == ResizeFilter.Nearest)
            return 8;
        (int scaledWidth, int scaledHeight) = Resize == ResizeKind.Stretch ? (Width, Height) : Scaled(width, height, covering: Resize == ResizeKind.Crop);
        int eighths = 1;
        while (eighths < 8 && ((long)width * eighths < 8L * LeastReduction * scaledWidth || (long)height * eighths < 8L * LeastReduction * scaledHeight))
            eighths *= 2;
        return eighths;
    }

    /// <inheritdoc/>
    ResizeWindow? IDecodingScale.Window(int width, int height) =>
        Resize == ResizeKind.Pad || Resize == ResizeKind.Crop && Kept(width, height) != (width, height) ? null : Window(width, height);

    private void Fit(ReadOnlySpan<byte> pixels, int width, int height, Span<byte> destination)
    {
        if (Resize == ResizeKind.Pad)
        {
            Pad(pixels, width, height, destination);
            return;
        }
        if (Resize == ResizeKind.Crop)
            pixels = CutExtremes(pixels, ref width, ref height);
        ResizeWindow w = Window(width, height);
        Resampler.Resize(pixels, width, height, w.FullWidth, w.FullHeight, w.Filter, destination, w.Left, w.Top, w.Width, w.Height);
    }

    /// <summary>What of a resized image of that size is the result, where nothing has to be cut or filled before.</summary>
    private ResizeWindow Window(int width, int height)
    {
        (int scaledWidth, int scaledHeight) = Resize == ResizeKind.Stretch ? (Width, Height) : Scaled(width, height, covering: true);
        return new ResizeWindow(scaledWidth, scaledHeight, Filter, (scaledWidth - Width) / 2, (scaledHeight - Height) / 2, Width, Height);
    }

    private void Pad(ReadOnlySpan<byte> pixels, int sourceWidth, int sourceHeight, Span<byte> destination)
    {
        (int width, int height) = Scaled(sourceWidth, sourceHeight, covering: false);
        int left = (Width - width) / 2, top = (Height - height) / 2, stride = Width * 3;
        destination.Clear();
        if (left == 0 && width == Width)
        {
            Resampler.Resize(pixels, sourceWidth, sourceHeight, width, height, Filter, destination.Slice(top * stride, height * stride), 0, 0, width, height);
            return;
        }
        byte[] small = ArrayPool<byte>.Shared.Rent(3 * width * height);
        Resampler.Resize(pixels, sourceWidth, sourceHeight, width, height, Filter, small, 0, 0, width, height);
        for (int y = 0; y < height; y++)
            small.AsSpan(3 * width * y, 3 * width).CopyTo(destination[((top + y) * stride + left * 3)..]);
        ArrayPool<byte>.Shared.Return(small);
    }

    /// <summary>
    /// An image that would become longer than 65536 pixels is first cut to twice the target's proportions, around its center: the rest would be cut
    /// off after scaling anyway.
    /// </summary>
    private ReadOnlySpan<byte> CutExtremes(ReadOnlySpan<byte> pixels, scoped ref int width, scoped ref int height)
    {
        (int keptWidth, int keptHeight) = Kept(width, height);
        if (keptWidth == width && keptHeight == height)
            return pixels;
        byte[] kept = new byte[3 * keptWidth * keptHeight];
        int left = (width - keptWidth) / 2, top = (height - keptHeight) / 2;
        for (int y = 0; y < keptHeight; y++)
            pixels.Slice(((top + y) * width + left) * 3, keptWidth * 3).CopyTo(kept.AsSpan(y * keptWidth * 3));
        (width, height) = (keptWidth, keptHeight);
        return kept;
    }

    /// <summary>What is left of an image of that size after <see cref="CutExtremes"/>.</summary>
    private (int Width, int Height) Kept(int width, int height)
    {
        long across = (long)Width * height, down = (long)Height * width;
        return across / width > MaximumScaled ? (width, (int)Math.Max(1, 2 * down / Width))
            : down / height > MaximumScaled ? ((int)Math.Max(1, 2 * across / Height), height)
            : (width, height);
    }

    /// <summary>
    /// Size with the proportions of <paramref name="width"/> × <paramref name="height"/> that just covers the target, or just fits into it. One side
    /// is exact, the other rounded to the nearest pixel.
    /// </summary>
    private (int Width, int Height) Scaled(int width, int height, bool covering)
    {
        long across = (long)Width * height, down = (long)Height * width;
        bool byWidth = covering ? across >= down : across <= down;
        return byWidth
            ? (Width, Clamp((across + width / 2) / width, Height))
            : (Clamp((down + height / 2) / height, Width), Height);

        int Clamp(long side, int target) => (int)(covering ? Math.Clamp(side, target, int.MaxValue) : Math.Clamp(side, 1, target));
    }

    private static int InRange(int value, string name) => value is >= 1 and <= MaximumSide
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"ImagePreprocessor: expected 1 to {MaximumSide} pixels.");
}
