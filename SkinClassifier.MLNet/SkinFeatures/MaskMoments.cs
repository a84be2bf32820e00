namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>Center and second moments of a mask: those of the ellipse that resembles it. A pixel counts as a square (1/12 is added to each variance).</summary>
/// <param name="X">Center, pixels from the left.</param>
/// <param name="Y">Center, pixels from above.</param>
/// <param name="LongAxis">Length of the ellipse, pixels.</param>
/// <param name="ShortAxis">Width of the ellipse, pixels.</param>
/// <param name="Angle">Direction of the long axis, radians from the x axis towards the y axis.</param>
internal sealed record MaskMoments(double X, double Y, double LongAxis, double ShortAxis, double Angle)
{
    /// <summary>√(1 − (short/long)²): 0 for a circle.</summary>
    public double Eccentricity => Math.Sqrt(Math.Max(0, 1 - ShortAxis * ShortAxis / (LongAxis * LongAxis)));

    /// <summary>Measures a mask that has a pixel.</summary>
    public static MaskMoments Of(LesionMask mask)
    {
        double count = 0, sumX = 0, sumY = 0, xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < mask.Inside.Length; i++)
            if (mask.Inside[i])
            {
                count++;
                sumX += i % mask.Width;
                sumY += i / mask.Width;
            }
        double centerX = sumX / count, centerY = sumY / count;
        for (int i = 0; i < mask.Inside.Length; i++)
            if (mask.Inside[i])
            {
                double x = i % mask.Width - centerX, y = i / mask.Width - centerY;
                xx += x * x;
                yy += y * y;
                xy += x * y;
            }
        xx = xx / count + 1.0 / 12;
        yy = yy / count + 1.0 / 12;
        xy /= count;
        double middle = (xx + yy) / 2, spread = Math.Sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
        return new MaskMoments(centerX, centerY, 4 * Math.Sqrt(middle + spread), 4 * Math.Sqrt(middle - spread), Math.Atan2(2 * xy, xx - yy) / 2);
    }

    /// <summary>Share of the mask's pixels whose mirror image about an axis through the center lies outside of it.</summary>
    public double Asymmetry(LesionMask mask, bool aboutLongAxis)
    {
        double angle = aboutLongAxis ? Angle : Angle + Math.PI / 2, along = Math.Cos(2 * angle), across = Math.Sin(2 * angle);
        int pixels = 0, outside = 0;
        for (int i = 0; i < mask.Inside.Length; i++)
        {
            if (!mask.Inside[i])
                continue;
            double dx = i % mask.Width - X, dy = i / mask.Width - Y;
            int x = (int)Math.Floor(X + along * dx + across * dy + 0.5), y = (int)Math.Floor(Y + across * dx - along * dy + 0.5);
            pixels++;
            if (x < 0 || y < 0 || x >= mask.Width || y >= mask.Height || !mask.Inside[y * mask.Width + x])
                outside++;
        }
        return (double)outside / pixels;
    }
}
