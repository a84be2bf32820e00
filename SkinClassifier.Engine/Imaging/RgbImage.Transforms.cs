using SkinClassifier.Imaging.Transforms;

namespace SkinClassifier.Imaging;

public sealed partial class RgbImage
{
    /// <summary>
    /// The image with another size. Triangle and cubic filters are widened when shrinking (antialiasing) and give Pillow's numbers;
    /// each new pixel is Σ weight · source pixel along the row, then along the column, in 22 bit fixed point.
    /// </summary>
    /// <param name="width">New width in pixels, at least 1.</param>
    /// <param name="height">New height in pixels, at least 1.</param>
    /// <param name="filter">Default triangle.</param>
    public RgbImage Resize(int width, int height, ResizeFilter filter = ResizeFilter.Triangle)
    {
        RgbImage result = new(width, height);
        ResizeInto(result, filter);
        return result;
    }

    /// <summary>As <see cref="Resize"/>, to the size of <paramref name="destination"/> and into its pixels; allocates nothing.</summary>
    internal void ResizeInto(RgbImage destination, ResizeFilter filter = ResizeFilter.Triangle) =>
        ResizeInto(destination.Width, destination.Height, filter, destination.Pixels, 0, 0, destination.Width, destination.Height);

    /// <summary>
    /// Writes the window (<paramref name="left"/>, <paramref name="top"/>, <paramref name="width"/>, <paramref name="height"/>) of the image
    /// resized to <paramref name="fullWidth"/> × <paramref name="fullHeight"/> into <paramref name="destination"/> (3 · width · height bytes, interleaved):
    /// the same bytes as Resize followed by Crop, without the work for what is cut away. Allocates nothing.
    /// </summary>
    internal void ResizeInto(int fullWidth, int fullHeight, ResizeFilter filter, Span<byte> destination, int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fullWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fullHeight, 1);
        CheckWindow(fullWidth, fullHeight, left, top, width, height);
        if (destination.Length != 3L * width * height)
            throw new ArgumentException(
                $"Resize to {width}×{height}: expected {3L * width * height} bytes, received {destination.Length}.", nameof(destination));
        Resampler.Resize(_pixels, Width, Height, fullWidth, fullHeight, filter, destination, left, top, width, height);
    }

    /// <summary>The part that starts <paramref name="x"/> pixels from the left and <paramref name="y"/> from the top; it must lie inside.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or not inside.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        CheckWindow(Width, Height, x, y, width, height);
        RgbImage result = new(width, height);
        for (int row = 0; row < height; row++)
            Row(y + row).Slice(x * 3, width * 3).CopyTo(result.Row(row));
        return result;
    }

    /// <summary>The middle part; when the margin is odd, the smaller half is left and above. The part must not be larger than the image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The part is empty or larger than the image.</exception>
    public RgbImage CropCenter(int width, int height) => Crop((Width - width) / 2, (Height - height) / 2, width, height);

    /// <summary>The image with a margin of one color; widths of the margin in pixels, at least 0; default color black.</summary>
    public RgbImage Pad(int left, int top, int right, int bottom, byte r = 0, byte g = 0, byte b = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfNegative(bottom);
        RgbImage result = new(checked(Width + left + right), checked(Height + top + bottom));
        Span<byte> pixels = result.Pixels;
        if ((r | g | b) != 0)
            for (int i = 0; i < pixels.Length; i += 3)
                (pixels[i], pixels[i + 1], pixels[i + 2]) = (r, g, b);
        for (int y = 0; y < Height; y++)
            Row(y).CopyTo(result.Row(top + y)[(left * 3)..]);
        return result;
    }

    /// <summary>Left and right exchanged.</summary>
    public RgbImage FlipHorizontal() => Orient(2);

    /// <summary>Top and bottom exchanged.</summary>
    public RgbImage FlipVertical() => Orient(4);

    /// <summary>
    /// The image turned clockwise by <paramref name="clockwise"/> quarter turns; any integer, negative is counter-clockwise. Always a new image.
    /// </summary>
    public RgbImage RotateQuarterTurns(int clockwise) => (((clockwise % 4) + 4) % 4) switch
    {
        1 => Orient(6),
        2 => Orient(3),
        3 => Orient(8),
        _ => Crop(0, 0, Width, Height),
    };

    /// <summary>The stored image as it is displayed when its EXIF orientation is <paramref name="orientation"/> (1 to 8); 1 returns the same object.</summary>
    internal RgbImage Orient(int orientation) => orientation == 1 ? this : Transforms.Orientation.Apply(this, orientation);

    private static void CheckWindow(int fullWidth, int fullHeight, int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, fullWidth);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, fullHeight);
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(x, fullWidth - width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(y, fullHeight - height);
    }
}
