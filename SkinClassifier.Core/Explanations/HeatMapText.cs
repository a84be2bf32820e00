using System.Globalization;

namespace SkinClassifier.Explanations;

/// <summary>A heat map in words, for those who cannot see it.</summary>
internal static class HeatMapText
{
    /// <summary>
    /// For example "Grad-CAM for mel: the places with at least half of the highest value cover 12 % of the image, around the upper left." The place is that of
    /// the mean position, on a grid of three by three.
    /// </summary>
    public static string Describe(this ImageExplanation explanation)
    {
        string start = $"{ExplanationMethodNames.TitleOf(explanation.Method)} for {explanation.Label}: ";
        ReadOnlySpan<float> map = explanation.Map.Span;
        double count = 0, sumX = 0, sumY = 0;
        for (int y = 0; y < explanation.Height; y++)
            for (int x = 0; x < explanation.Width; x++)
                if (map[y * explanation.Width + x] >= 0.5f)
                    (count, sumX, sumY) = (count + 1, sumX + x + 0.5, sumY + y + 0.5);
        if (count == 0)
            return start + "the map is empty; no place speaks for the class.";
        string share = (100 * count / map.Length).ToString("0", CultureInfo.InvariantCulture);
        return $"{start}the places with at least half of the highest value cover {share} % of the image, around the "
            + $"{Place(sumX / count / explanation.Width, sumY / count / explanation.Height)}.";
    }

    private static string Place(double x, double y)
    {
        string row = y < 1 / 3.0 ? "upper" : y > 2 / 3.0 ? "lower" : "", column = x < 1 / 3.0 ? "left" : x > 2 / 3.0 ? "right" : "";
        return (row, column) switch
        {
            ("", "") => "middle",
            ("", _) => $"{column} side",
            (_, "") => $"{row} side",
            _ => $"{row} {column}",
        };
    }
}
