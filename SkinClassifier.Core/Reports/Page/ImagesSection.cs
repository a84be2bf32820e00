using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Small images: the most confident wrong answers, and the most confident right ones of every class.</summary>
internal static class ImagesSection
{
    private const int MaxWrong = 12, MaxCorrect = 8, ThumbnailSide = 192, Quality = 82;

    public static void Write(StringBuilder html, RunReport report)
    {
        ScoredExamples scored = report.Metrics.Examples;
        int[] wrong = MostConfidentWrong(scored, MaxWrong);
        int[] right = RoundRobin([.. ByConfidence(scored).Where(i => scored.Predicted[i] == scored.Actual[i])], scored, MaxCorrect);
        if (wrong.Length + right.Length == 0)
            return;
        html.Append("<section class=\"card\">\n<h2>Example images</h2>\n");
        Gallery(html, report, wrong, "wrong", "Most confident wrong answers");
        Gallery(html, report, right, "right", "Most confident correct answers");
        html.Append("</section>\n");
    }

    /// <summary>Positions of the wrong answers with the highest scores, the highest first.</summary>
    public static int[] MostConfidentWrong(ScoredExamples scored, int most) =>
        [.. ByConfidence(scored).Where(i => scored.Predicted[i] != scored.Actual[i]).Take(most)];

    private static IEnumerable<int> ByConfidence(ScoredExamples scored) =>
        Enumerable.Range(0, scored.Count).OrderByDescending(i => scored.Scores(i)[scored.Predicted[i]]).ThenBy(i => i);

    private static void Gallery(StringBuilder html, RunReport report, int[] chosen, string kind, string title)
    {
        if (chosen.Length == 0)
            return;
        ScoredExamples scored = report.Metrics.Examples;
        html.Append($"<h3>{title}</h3>\n<div class=\"gallery {kind}\">\n");
        foreach (int i in chosen)
        {
            if (Thumbnail(report.Examples[i]) is not { } data)
                continue;
            string actual = Html.Escape(scored.Labels[scored.Actual[i]]), predicted = Html.Escape(scored.Labels[scored.Predicted[i]]);
            string confidence = Text.Percent(scored.Scores(i)[scored.Predicted[i]]), truth = Text.Percent(scored.Scores(i)[scored.Actual[i]]);
            html.Append($"<figure><div class=\"image\"><img alt=\"{Html.Escape(report.Examples[i].Path)}\" loading=\"lazy\" "
                + $"src=\"data:image/jpeg;base64,{data}\"></div><figcaption><b>{predicted}</b> {confidence}");
            html.Append(scored.Predicted[i] == scored.Actual[i] ? "" : $"<br>truly <b>{actual}</b> {truth}");
            html.Append($"<small>{Html.Escape(report.Examples[i].Path)}</small></figcaption></figure>\n");
        }
        html.Append("</div>\n");
    }

    /// <summary>The first of every class, then the second of every class, and so on.</summary>
    private static int[] RoundRobin(int[] examples, ScoredExamples scored, int most)
    {
        int[] taken = new int[scored.Classes];
        return [.. examples.Select(i => (Example: i, Round: taken[scored.Actual[i]]++)).OrderBy(p => p.Round).ThenBy(p => scored.Actual[p.Example])
            .Take(most).Select(p => p.Example)];
    }

    /// <summary>A small JPEG in base 64; null when the image cannot be read any more.</summary>
    public static string? Thumbnail(ImageExample example)
    {
        try
        {
            return Thumbnails.Encode(RgbImage.Decode(example.ReadContent(), null, example.Path), ThumbnailSide, Quality);
        }
        catch (Exception error) when (error is Common.SkinClassifierException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
