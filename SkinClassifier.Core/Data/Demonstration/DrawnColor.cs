namespace SkinClassifier.Data.Demonstration;

/// <summary>A colour while it is drawn: red, green and blue on the scale 0 to 255, not yet rounded or limited.</summary>
internal readonly record struct DrawnColor(double R, double G, double B)
{
    public static DrawnColor operator *(DrawnColor color, double factor) => new(color.R * factor, color.G * factor, color.B * factor);

    /// <summary>This colour at 0, <paramref name="other"/> at 1; <paramref name="share"/> is limited to [0, 1].</summary>
    public DrawnColor Toward(DrawnColor other, double share)
    {
        double t = Math.Clamp(share, 0, 1);
        return new(R + (other.R - R) * t, G + (other.G - G) * t, B + (other.B - B) * t);
    }

    /// <summary>As <see cref="Toward"/>, but by the product of the colours: pigment over skin.</summary>
    public DrawnColor Stain(DrawnColor pigment, double share) => Toward(new(R * pigment.R / 255, G * pigment.G / 255, B * pigment.B / 255), share);
}
