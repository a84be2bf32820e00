using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Synthetic;

/// <summary>One image of a drawn lesion: place, turn, skin, light, hairs, noise and the mark that says what it is.</summary>
internal static class SkinPhotograph
{
    private static readonly SyntheticColor[] Skins =
        [new(236, 200, 182), new(226, 184, 160), new(214, 168, 140), new(198, 150, 120), new(172, 124, 96), new(146, 102, 78)];

    /// <summary>
    /// Draws lesion number <paramref name="lesionSeed"/> of <paramref name="kind"/>, photograph <paramref name="photograph"/> (0, 1, 2 …) of it.
    /// </summary>
    public static RgbImage Take(LesionKind kind, ulong lesionSeed, int photograph, int size)
    {
        SeededRandom random = new(lesionSeed, 1);
        SyntheticColor skin = Skins[random.NextInt32(Skins.Length)].Toward(Skins[random.NextInt32(Skins.Length)], random.NextDouble());
        Lesion lesion = new(kind, random);
        // From here on each photograph has numbers of its own.
        random.Restart(lesionSeed, 2, (ulong)photograph);
        LatticeNoise noise = new(random.NextUInt64());
        double turn = random.NextDouble(0, 2 * Math.PI), zoom = random.NextDouble(0.85, 1.15), cos = Math.Cos(turn) / zoom, sin = Math.Sin(turn) / zoom;
        double centerX = random.NextDouble(-0.15, 0.15), centerY = random.NextDouble(-0.15, 0.15);
        double brightness = random.NextDouble(0.82, 1.12), lightAngle = random.NextDouble(0, 2 * Math.PI), lightSlope = random.NextDouble(0, 0.15);
        double vignette = random.NextDouble() < 0.3 ? random.NextDouble(0.15, 0.45) : 0, grain = random.NextDouble(1.5, 5);
        SyntheticColor cast = new(random.NextDouble(0.95, 1.05), random.NextDouble(0.95, 1.05), random.NextDouble(0.92, 1.06));
        List<(double X0, double Y0, double X1, double Y1)> hairs = DrawHairs(random);
        double hairDarkness = random.NextDouble(0.4, 0.85), hairWidth = random.NextDouble(0.008, 0.016), pixel = 2.0 / size;

        RgbImage image = new(size, size);
        for (int y = 0; y < size; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = 0; x < size; x++)
            {
                double px = (x + 0.5) * pixel - 1, py = (y + 0.5) * pixel - 1;
                SyntheticColor color = skin * (1 + 0.05 * noise.Fractal(px * 2, py * 2, 2) + 0.06 * noise.Fractal(px * 11, py * 11, 3));
                double dx = px - centerX, dy = py - centerY;
                color = lesion.Over(color, cos * dx - sin * dy, sin * dx + cos * dy, pixel);
                foreach ((double x0, double y0, double x1, double y1) in hairs)
                    color =
                        color.Toward(new(45, 35, 30), hairDarkness * Lesion.Smooth((hairWidth - Lesion.DistanceToLine(px, py, x0, y0, x1, y1)) / pixel + 0.5));
                double light = brightness
                    * (1 + lightSlope * (px * Math.Cos(lightAngle) + py * Math.Sin(lightAngle)) - vignette * Lesion.Smooth((px * px + py * py - 0.6) / 1.4));
                double speck = grain * random.NextGaussian();
                row[3 * x] = Round(color.R * cast.R * light + speck);
                row[3 * x + 1] = Round(color.G * cast.G * light + speck);
                row[3 * x + 2] = Round(color.B * cast.B * light + speck);
            }
        }
        SyntheticMark.Put(image);
        return image;
    }

    // Hairs are chains of short lines that bend slowly; six images of ten have none.
    private static List<(double X0, double Y0, double X1, double Y1)> DrawHairs(SeededRandom random)
    {
        List<(double, double, double, double)> lines = [];
        int hairs = random.NextDouble() < 0.4 ? 2 + random.NextInt32(6) : 0;
        double common = random.NextDouble(0, 2 * Math.PI);
        for (int i = 0; i < hairs; i++)
        {
            double x = random.NextDouble(-1, 1), y = random.NextDouble(-1, 1), direction = common + random.NextDouble(-0.6, 0.6),
                bend = random.NextDouble(-0.15, 0.15);
            for (int step = 4 + random.NextInt32(6); step > 0; step--, direction += bend)
            {
                double x1 = x + 0.13 * Math.Cos(direction), y1 = y + 0.13 * Math.Sin(direction);
                lines.Add((x, y, x1, y1));
                (x, y) = (x1, y1);
            }
        }
        return lines;
    }

    private static byte Round(double value) => (byte)Math.Clamp(value + 0.5, 0, 255);
}
