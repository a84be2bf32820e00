namespace SkinClassifier.Imaging;

public sealed partial class RgbImage
{
    /// <summary>
    /// The image as it would look under white light, by the shades-of-gray estimate: the color of the light is e_c = (mean of vᵖ over the image)^(1/p)
    /// for c in R, G, B, made a vector of length one, and every sample becomes v′ = v / (e_c · √3), limited to 255. An image whose light is already
    /// white stays as it is.
    /// </summary>
    /// <param name="power">p: 1 is the gray-world estimate, large numbers come near to the brightest pixel. Default 6, at least 1.</param>
    /// <remarks>Source: Finlayson and Trezzi, "Shades of gray and color constancy", 2004; for skin: Barata, Celebi and Marques, 2015.</remarks>
    public RgbImage ShadesOfGray(double power = 6)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(power, 1);
        Span<double> table = stackalloc double[256];
        for (int i = 0; i < 256; i++)
            table[i] = Math.Pow(i / 255.0, power);
        double r = 0, g = 0, b = 0;
        for (int i = 0; i < _pixels.Length; i += 3)
        {
            r += table[_pixels[i]];
            g += table[_pixels[i + 1]];
            b += table[_pixels[i + 2]];
        }
        double count = _pixels.Length / 3;
        Span<double> light = [Math.Pow(r / count, 1 / power), Math.Pow(g / count, 1 / power), Math.Pow(b / count, 1 / power)];
        double length = Math.Sqrt(light[0] * light[0] + light[1] * light[1] + light[2] * light[2]);
        Span<byte> map = stackalloc byte[3 * 256];
        for (int c = 0; c < 3; c++)
        {
            // A color that is missing altogether cannot be restored.
            double factor = light[c] > 0 ? length / (light[c] * Math.Sqrt(3)) : 1;
            for (int i = 0; i < 256; i++)
                map[3 * i + c] = (byte)Math.Clamp(i * factor + 0.5, 0, 255);
        }
        RgbImage result = new(Width, Height);
        Span<byte> to = result.Pixels;
        for (int i = 0; i < to.Length; i += 3)
            (to[i], to[i + 1], to[i + 2]) = (map[3 * _pixels[i]], map[3 * _pixels[i + 1] + 1], map[3 * _pixels[i + 2] + 2]);
        return result;
    }
}
