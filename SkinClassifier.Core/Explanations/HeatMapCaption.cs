using System.Globalization;

namespace SkinClassifier.Explanations;

/// <summary>What is written under a heat map.</summary>
internal static class HeatMapCaption
{
    /// <summary>Method, class and score; what is unusual about the map; and what it is not.</summary>
    public static IReadOnlyList<string> Caption(this ImageExplanation explanation)
    {
        List<string> lines = [$"{ExplanationMethodNames.TitleOf(explanation.Method)}: what speaks for {Class(explanation)}."];
        if (explanation.IsEmpty())
            lines.Add("No place of this image speaks for the class: the map is empty.");
        if (explanation.Method == ExplanationMethod.IntegratedGradients)
            lines.Add("Smoothed, because single pixels could hardly be seen.");
        if (!explanation.SeesAll())
            lines.Add("The network does not see the faded border.");
        lines.Add("100 % is the strongest place of this image. It shows where the network looked and proves nothing.");
        return lines;
    }

    /// <summary>Whether no place speaks for the class.</summary>
    public static bool IsEmpty(this ImageExplanation explanation) => !explanation.Map.Span.ContainsAnyExcept(0f);

    /// <summary>Whether the network has seen the whole image.</summary>
    public static bool SeesAll(this ImageExplanation explanation) =>
        explanation.Seen is { Left: 0, Top: 0 } seen && seen.Width >= explanation.Width && seen.Height >= explanation.Height;

    /// <summary>The score of the explained class.</summary>
    public static float ScoreOf(this ImageExplanation explanation) => explanation.Prediction.Scores.First(s => s.Label == explanation.Label).Score;

    private static string Class(ImageExplanation explanation)
    {
        string score = explanation.ScoreOf().ToString("0.000", CultureInfo.InvariantCulture), predicted = explanation.Prediction.PredictedLabel!;
        return $"{explanation.Label}, score {score}{(explanation.Label == predicted ? "" : $" (predicted: {predicted})")}";
    }
}
