namespace SkinClassifier.Models;

/// <summary>
/// Views of a preprocessed image for test-time augmentation: exact permutations of its pixels, without resampling. 1: the image; 2: and its mirror
/// image (left and right exchanged); 4: also both upside down, that is every orientation that keeps width and height; 8: also all four with rows and
/// columns exchanged, that is every orientation of a square.
/// </summary>
internal static class TestTimeAugmentationViews
{
    /// <summary>Numbers of views that exist for a square image.</summary>
    public static readonly int[] OfSquare = [1, 2, 4, 8];

    /// <summary>Numbers of views that exist for an image that is not square.</summary>
    public static readonly int[] OfRectangle = [1, 2, 4];

    /// <summary>Numbers of views for images of a size.</summary>
    public static int[] Allowed(int width, int height) => width == height ? OfSquare : OfRectangle;

    /// <summary>A sentence about a number of views that a size does not have; null when it has it.</summary>
    public static string? Error(int views, int width, int height)
    {
        int[] allowed = Allowed(width, height);
        return Array.IndexOf(allowed, views) >= 0 ? null
            : $"expected {string.Join(", ", allowed[..^1])} or {allowed[^1]} views for images of "
                + $"{width}×{height}{(width == height ? "" : " (8 needs a square)")}, received {views}";
    }

    /// <summary>Writes the first <paramref name="views"/> views of planes [C,H,W] one after the other.</summary>
    /// <param name="image">[C,H,W].</param>
    /// <param name="width">W.</param>
    /// <param name="height">H; equal to W for 8 views.</param>
    /// <param name="views">1, 2, 4 or 8.</param>
    /// <param name="destination">[views,C,H,W].</param>
    public static void Write(ReadOnlySpan<float> image, int width, int height, int views, Span<float> destination)
    {
        image.CopyTo(destination);
        if (views >= 2)
            Mirror(image, width, destination.Slice(image.Length, image.Length));
        if (views >= 4)
            for (int v = 0; v < 2; v++)
                Flip(destination.Slice(v * image.Length, image.Length), width, height, destination.Slice((v + 2) * image.Length, image.Length));
        if (views >= 8)
            for (int v = 0; v < 4; v++)
                Transpose(destination.Slice(v * image.Length, image.Length), width, destination.Slice((v + 4) * image.Length, image.Length));
    }

    /// <summary>Columns in reverse order.</summary>
    private static void Mirror(ReadOnlySpan<float> from, int width, Span<float> to)
    {
        from.CopyTo(to);
        for (int row = 0; row < to.Length; row += width)
            to.Slice(row, width).Reverse();
    }

    /// <summary>Rows of each plane in reverse order.</summary>
    private static void Flip(ReadOnlySpan<float> from, int width, int height, Span<float> to)
    {
        int plane = width * height;
        for (int start = 0; start < from.Length; start += plane)
            for (int y = 0; y < height; y++)
                from.Slice(start + y * width, width).CopyTo(to[(start + (height - 1 - y) * width)..]);
    }

    /// <summary>Rows and columns of each square plane exchanged.</summary>
    private static void Transpose(ReadOnlySpan<float> from, int side, Span<float> to)
    {
        const int Tile = 16;
        for (int start = 0; start < from.Length; start += side * side)
            for (int tileY = 0; tileY < side; tileY += Tile)
                for (int tileX = 0; tileX < side; tileX += Tile)
                    for (int y = tileY; y < Math.Min(tileY + Tile, side); y++)
                        for (int x = tileX; x < Math.Min(tileX + Tile, side); x++)
                            to[start + x * side + y] = from[start + y * side + x];
    }
}
