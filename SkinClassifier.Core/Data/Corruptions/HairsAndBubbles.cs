using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Corruptions;

/// <summary>What lies over the skin: hairs, bubbles in the contact gel, a ruler.</summary>
internal static class HairsAndBubbles
{
    private const int Segments = 14;

    /// <summary>Bent dark hairs of one direction, more and thicker with the severity.</summary>
    public static RgbImage Hair(RgbImage image, int severity, SeededRandom random)
    {
        int count = ((ReadOnlySpan<int>)[5, 10, 18, 30, 45])[severity - 1];
        double side = Math.Min(image.Width, image.Height), main = random.NextDouble(0, 2 * Math.PI), tone = random.NextDouble(18, 60);
        using StrokePainter painter = new(image.Width, image.Height);
        for (int i = 0; i < count; i++)
        {
            double x = random.NextDouble(-0.1, 1.1) * image.Width, y = random.NextDouble(-0.1, 1.1) * image.Height;
            double direction = main + random.NextDouble(-0.8, 0.8), bend = random.NextDouble(-0.1, 0.1), step = side * random.NextDouble(0.03, 0.06);
            double thickness = (random.NextDouble(0.7, 1.4) + 0.2 * severity) * side / 224;
            for (int k = 0; k < Segments; k++, direction += bend)
            {
                double x1 = x + step * Math.Cos(direction), y1 = y + step * Math.Sin(direction);
                painter.Line(x, y, x1, y1, thickness);
                (x, y) = (x1, y1);
            }
        }
        painter.Paint(image, (tone, tone * 0.85, tone * 0.7), 0.85);
        return image;
    }

    /// <summary>Round bubbles: bright rim, slightly lighter inside, a highlight towards the light.</summary>
    public static RgbImage Bubbles(RgbImage image, int severity, SeededRandom random)
    {
        int count = ((ReadOnlySpan<int>)[3, 7, 13, 22, 35])[severity - 1];
        double side = Math.Min(image.Width, image.Height), light = random.NextDouble(0, 2 * Math.PI);
        for (int i = 0; i < count; i++)
        {
            double u = random.NextDouble(), radius = side * (0.015 + 0.09 * u * u);
            Bubble(image, random.NextDouble(0, image.Width), random.NextDouble(0, image.Height), radius, light);
        }
        return image;
    }

    /// <summary>A pale strip with ticks and numbers along one side, wider with the severity.</summary>
    public static RgbImage Ruler(RgbImage image, int severity, SeededRandom random)
    {
        double side = Math.Min(image.Width, image.Height), depth = side * ((ReadOnlySpan<double>)[0.06, 0.1, 0.15, 0.2, 0.26])[severity - 1];
        int edge = random.NextInt32(4);
        double tone = random.NextDouble(205, 240), spacing = side * random.NextDouble(0.035, 0.05), start = random.NextDouble(0, spacing);
        bool across = edge < 2, far = edge % 2 == 1;
        double along = across ? image.Width : image.Height, whole = across ? image.Height : image.Width;
        using StrokePainter strip = new(image.Width, image.Height), ticks = new(image.Width, image.Height);
        Line(strip, -side, depth / 2, along + side, depth / 2, depth);
        for (int tick = 0; start + tick * spacing < along; tick++)
        {
            double at = start + tick * spacing;
            Line(ticks, at, depth, at, depth * (tick % 10 == 0 ? 0.35 : tick % 5 == 0 ? 0.55 : 0.72), Math.Max(0.8, side / 200));
        }
        strip.Paint(image, (tone, tone, tone * 0.97), 0.9);
        ticks.Paint(image, (25, 25, 30), 0.95);
        if (across && depth >= 20)
            for (int tick = 10; start + tick * spacing < along - 16; tick += 10)
                PixelFont.Write(image, (int)(start + tick * spacing) + 2, far ? image.Height - 8 : 1, (tick / 10).ToString(CultureInfo.InvariantCulture), 1,
                    (25, 25, 30));
        return image;

        // Lengths across the strip count from the edge it lies at.
        void Line(StrokePainter painter, double a0, double d0, double a1, double d1, double thickness)
        {
            (double e0, double e1) = far ? (whole - d0, whole - d1) : (d0, d1);
            if (across)
                painter.Line(a0, e0, a1, e1, thickness);
            else
                painter.Line(e0, a0, e1, a1, thickness);
        }
    }

    private static void Bubble(RgbImage image, double x, double y, double radius, double light)
    {
        double hx = x + 0.45 * radius * Math.Cos(light), hy = y + 0.45 * radius * Math.Sin(light);
        for (int row = Math.Max(0, (int)(y - radius - 1)); row < Math.Min(image.Height, y + radius + 1); row++)
            for (int column = Math.Max(0, (int)(x - radius - 1)); column < Math.Min(image.Width, x + radius + 1); column++)
            {
                double dx = column + 0.5 - x, dy = row + 0.5 - y, distance = Math.Sqrt(dx * dx + dy * dy) / radius;
                double inside = Math.Clamp((1 - distance) * radius + 0.5, 0, 1);
                if (inside <= 0)
                    continue;
                double rim = Math.Clamp(1 - Math.Abs(distance - 0.9) / 0.14, 0, 1), toward = (dx * Math.Cos(light) + dy * Math.Sin(light)) / radius;
                double highlight = Math.Clamp(1.3 - Math.Sqrt(Math.Pow(column + 0.5 - hx, 2) + Math.Pow(row + 0.5 - hy, 2)) / (0.22 * radius), 0, 1);
                double white = Math.Max(Math.Max(0.18, 0.6 * rim * (1 + 0.4 * toward)), 0.92 * highlight) * inside;
                foreach (ref byte sample in image.Row(row).Slice(3 * column, 3))
                    sample = (byte)(sample + white * (250 - sample) + 0.5);
            }
    }
}
