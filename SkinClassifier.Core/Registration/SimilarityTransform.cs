namespace SkinClassifier.Registration;

/// <summary>
/// Where a place of one image lies in another one: turned, made larger and shifted. Coordinates of each image are centered, and half of its longer side is 1.
/// Formula: q = Scale · R(Rotation) · p + (X, Y).
/// </summary>
/// <param name="Rotation">Degrees, clockwise as seen on the screen.</param>
/// <param name="Scale">How much larger the second image shows things; 1: the same.</param>
/// <param name="X">Shift to the right, in half longer sides.</param>
/// <param name="Y">Shift downward, in half longer sides.</param>
internal readonly record struct SimilarityTransform(double Rotation, double Scale, double X, double Y)
{
    /// <summary>Leaves every place where it is.</summary>
    public static SimilarityTransform Identity { get; } = new(0, 1, 0, 0);

    /// <summary>The place in the second image.</summary>
    public (double X, double Y) Apply(double x, double y)
    {
        (double sin, double cos) = Math.SinCos(Rotation * Math.PI / 180);
        return (Scale * (cos * x - sin * y) + X, Scale * (sin * x + cos * y) + Y);
    }
}
