namespace SkinClassifier.Data.Augmentations;

/// <summary>Where a new pixel comes from: (x, y) ↦ (Xx·x + Xy·y + X0, Yx·x + Yy·y + Y0), in pixels, centers of pixels at halves.</summary>
internal readonly record struct AffineMap(double Xx, double Xy, double X0, double Yx, double Yy, double Y0)
{
    /// <summary>Every pixel stays where it is.</summary>
    public static AffineMap Identity { get; } = new(1, 0, 0, 0, 1, 0);

    /// <summary>First this map, then <paramref name="next"/>.</summary>
    public AffineMap Then(AffineMap next) => new(
        next.Xx * Xx + next.Xy * Yx, next.Xx * Xy + next.Xy * Yy, next.Xx * X0 + next.Xy * Y0 + next.X0,
        next.Yx * Xx + next.Yy * Yx, next.Yx * Xy + next.Yy * Yy, next.Yx * X0 + next.Yy * Y0 + next.Y0);

    /// <summary>
    /// The EXIF orientation number (1 to 8) of this map when it only flips and turns a whole source of <paramref name="width"/> × <paramref name="height"/>
    /// into <paramref name="newWidth"/> × <paramref name="newHeight"/>, so that pixels can be copied exactly; else 0.
    /// </summary>
    public int AsOrientation(int width, int height, int newWidth, int newHeight)
    {
        for (int orientation = 1; orientation <= 8; orientation++)
            if ((orientation >= 5 ? (newWidth == height && newHeight == width) : (newWidth == width && newHeight == height))
                && this == OfOrientation(orientation, width, height))
                return orientation;
        return 0;
    }

    /// <summary>The map of an EXIF orientation of a source of <paramref name="width"/> × <paramref name="height"/>.</summary>
    public static AffineMap OfOrientation(int orientation, int width, int height) => orientation switch
    {
        2 => new(-1, 0, width, 0, 1, 0),
        3 => new(-1, 0, width, 0, -1, height),
        4 => new(1, 0, 0, 0, -1, height),
        5 => new(0, 1, 0, 1, 0, 0),
        6 => new(0, 1, 0, -1, 0, height),
        7 => new(0, -1, width, -1, 0, height),
        8 => new(0, -1, width, 1, 0, 0),
        _ => Identity,
    };
}
