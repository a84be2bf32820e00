namespace SkinClassifier.Audit;

/// <summary>What lies at the edges of an image and is not skin. Measured of the image in its own size, from at most 256 pixels along a line.</summary>
/// <param name="Border">Share of the image's area in lines along its edges that are near black, near white or of one color, 0 to 1.</param>
/// <param name="DarkCorners">
/// Share of near black pixels in the second darkest of the four corners (triangles with legs of 12 % of the shorter side), inside of a border, 0 to 1: two
/// corners are that dark.
/// </param>
/// <param name="Ruler">
/// How regular dark and bright follow each other along one of the edges: the correlation of neighboring lines with themselves, one and two ticks
/// further on, −1 to 1.
/// </param>
internal readonly record struct EdgeMarks(float Border, float DarkCorners, float Ruler)
{
    private const int Samples = 256, Tolerance = 4, Black = 25, White = 245, DarkLuminance = 40;
    private const float FlatShare = 0.97f, CornerLeg = 0.12f;

    /// <summary>Measures an image; allocates nothing once warm.</summary>
    /// <param name="pixels">R, G, B, interleaved, rows from the top.</param>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public static EdgeMarks Of(ReadOnlySpan<byte> pixels, int width, int height)
    {
        int top = Flat(pixels, width, height, isRow: true, isFar: false), bottom = Flat(pixels, width, height, isRow: true, isFar: true);
        int left = Flat(pixels, width, height, isRow: false, isFar: false), right = Flat(pixels, width, height, isRow: false, isFar: true);
        int innerWidth = Math.Max(0, width - left - right), innerHeight = Math.Max(0, height - top - bottom);
        float border = 1 - (float)((double)innerWidth * innerHeight / ((double)width * height));
        return new EdgeMarks(border, Corners(pixels, width, left, top, innerWidth, innerHeight), RulerMarks.Of(pixels, width, height));
    }

    /// <summary>Number of lines, counted from one edge on, that have the first line's color or are near black, or near white.</summary>
    private static int Flat(ReadOnlySpan<byte> pixels, int width, int height, bool isRow, bool isFar)
    {
        int lines = isRow ? height : width, length = isRow ? width : height, flat = 0;
        (int R, int G, int B) color = default;
        for (; flat < lines; flat++)
        {
            int line = isFar ? lines - 1 - flat : flat, samples = Math.Min(length, Samples);
            if (flat == 0)
                color = Mean(pixels, width, isRow, line, length, samples);
            int alike = 0, black = 0, white = 0;
            for (int s = 0; s < samples; s++)
            {
                int at = At(width, isRow, line, (int)((long)s * length / samples)), r = pixels[at], g = pixels[at + 1], b = pixels[at + 2];
                alike += Math.Max(Math.Abs(r - color.R), Math.Max(Math.Abs(g - color.G), Math.Abs(b - color.B))) <= Tolerance ? 1 : 0;
                black += Math.Max(r, Math.Max(g, b)) <= Black ? 1 : 0;
                white += Math.Min(r, Math.Min(g, b)) >= White ? 1 : 0;
            }
            if (Math.Max(alike, Math.Max(black, white)) < FlatShare * samples)
                break;
        }
        return flat;
    }

    private static (int R, int G, int B) Mean(ReadOnlySpan<byte> pixels, int width, bool isRow, int line, int length, int samples)
    {
        int r = 0, g = 0, b = 0;
        for (int s = 0; s < samples; s++)
        {
            int at = At(width, isRow, line, (int)((long)s * length / samples));
            (r, g, b) = (r + pixels[at], g + pixels[at + 1], b + pixels[at + 2]);
        }
        return (r / samples, g / samples, b / samples);
    }

    private static float Corners(ReadOnlySpan<byte> pixels, int stride, int left, int top, int width, int height)
    {
        int leg = Math.Max(2, (int)(CornerLeg * Math.Min(width, height))), step = Math.Max(1, leg / 64);
        if (leg > Math.Min(width, height))
            return 0;
        float darkest = 0, second = 0;
        for (int corner = 0; corner < 4; corner++)
        {
            int dark = 0, all = 0;
            for (int y = 0; y < leg; y += step)
                for (int x = 0; x < leg - y; x += step)
                {
                    int at = 3 * ((top + (corner < 2 ? y : height - 1 - y)) * stride + left + (corner % 2 == 0 ? x : width - 1 - x));
                    dark += (299 * pixels[at] + 587 * pixels[at + 1] + 114 * pixels[at + 2]) / 1000 < DarkLuminance ? 1 : 0;
                    all++;
                }
            float share = (float)dark / all;
            (darkest, second) = share > darkest ? (share, darkest) : (darkest, Math.Max(second, share));
        }
        return second;
    }

    private static int At(int width, bool isRow, int line, int along) => 3 * (isRow ? line * width + along : along * width + line);
}
