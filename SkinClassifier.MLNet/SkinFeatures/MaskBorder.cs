namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// The border of a mask: its pixels that have one of their 4 neighbors outside (or outside of the image). The perimeter counts a border pixel by how its
/// border neighbors lie: 1 for a straight step, √2 for a diagonal one, (1 + √2)/2 for one of each.
/// </summary>
/// <param name="Perimeter">Pixels.</param>
/// <param name="Irregularity">Standard deviation / mean of the distances from the center.</param>
/// <param name="Sharpness">Mean length of the gradient of the blurred luminance, gray levels per pixel.</param>
internal sealed record MaskBorder(double Perimeter, double Irregularity, double Sharpness)
{
    /// <summary>Measures a mask that has a pixel.</summary>
    public static MaskBorder Of(LesionMask mask, MaskMoments center)
    {
        int width = mask.Width, height = mask.Height;
        bool Inside(int x, int y) => x >= 0 && y >= 0 && x < width && y < height && mask.Inside[y * width + x];
        bool[] border = new bool[mask.Inside.Length];
        for (int i = 0; i < border.Length; i++)
            border[i] = mask.Inside[i] && !(Inside(i % width - 1, i / width) && Inside(i % width + 1, i / width)
                && Inside(i % width, i / width - 1) && Inside(i % width, i / width + 1));
        int Border(int x, int y) => x >= 0 && y >= 0 && x < width && y < height && border[y * width + x] ? 1 : 0;
        double perimeter = 0, distances = 0, squares = 0, gradients = 0;
        int count = 0;
        for (int i = 0; i < border.Length; i++)
        {
            if (!border[i])
                continue;
            int x = i % width, y = i / width;
            int straight = Border(x - 1, y) + Border(x + 1, y) + Border(x, y - 1) + Border(x, y + 1),
                diagonal = Border(x - 1, y - 1) + Border(x + 1, y - 1) + Border(x - 1, y + 1) + Border(x + 1, y + 1);
            perimeter += Length(straight, diagonal);
            double dx = x - center.X, dy = y - center.Y, distance = Math.Sqrt(dx * dx + dy * dy);
            distances += distance;
            squares += distance * distance;
            gradients += Gradient(mask.Blurred, x, y);
            count++;
        }
        double mean = distances / count;
        return new MaskBorder(perimeter, mean > 0 ? Math.Sqrt(Math.Max(0, squares / count - mean * mean)) / mean : 0, gradients / count);
    }

    private static double Length(int straight, int diagonal) => (straight, diagonal) switch
    {
        (2, 0 or 1 or 2) => 1,
        (0, 2) or (1, 3) => Math.Sqrt(2),
        (1, 1 or 2) => (1 + Math.Sqrt(2)) / 2,
        _ => 0,
    };

    private static double Gradient(GrayPlane gray, int x, int y)
    {
        int left = Math.Max(0, x - 1), right = Math.Min(gray.Width - 1, x + 1), above = Math.Max(0, y - 1), below = Math.Min(gray.Height - 1, y + 1);
        double across = (gray.Values[y * gray.Width + right] - gray.Values[y * gray.Width + left]) / 2,
            down = (gray.Values[below * gray.Width + x] - gray.Values[above * gray.Width + x]) / 2;
        return Math.Sqrt(across * across + down * down);
    }
}
