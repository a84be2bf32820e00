namespace SkinClassifier.Data.Synthetic;

/// <summary>A color while it is drawn: red, green and blue on the scale 0 to 255, not yet rounded or limited.</summary>
internal readonly record struct SyntheticColor(double R, double G, double B)
{
    public static SyntheticColor operator *(SyntheticColor color, double factor) => new(color.R * factor, color.G * factor, color.B * factor);

    /// <summary>This color at 0, <paramref name="other"/> at 1; <paramref name="share"/> is limited to [0, 1].</summary>
    public SyntheticColor Toward(SyntheticColor other, double share)
    {
        double t = Math.Clamp(share, 0, 1);
        return new(R + (other.R - R) * t, G + (other.G - G) * t, B + (other.B - B) * t);
    }

    /// <summary>As <see cref="Toward"/>, but by the product of the colors: pigment over skin.</summary>
    public SyntheticColor Stain(SyntheticColor pigment, double share) => Toward(new(R * pigment.R / 255, G * pigment.G / 255, B * pigment.B / 255), share);
}
