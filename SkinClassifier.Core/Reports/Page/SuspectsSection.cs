using System.Text;
using SkinClassifier.Audit;

namespace SkinClassifier.Reports.Page;

/// <summary>Small images whose label is doubtful, with the class that other images speak for.</summary>
internal static class SuspectsSection
{
    private const int MaxImages = 24;

    public static void Write(StringBuilder html, RunReport report, IReadOnlyList<LabelSuspect> ranked)
    {
        if (ranked.Count == 0)
            return;
        LabelSuspect[] suspects = [.. ranked.Where(s => s.IsSuspect)];
        html.Append("<section class=\"card\" id=\"label-suspects\">\n<h2>Label suspects</h2>\n");
        if (suspects.Length == 0)
        {
            html.Append("<p class=\"note\">None: no image is scored like the images of another class.</p>\n</section>\n");
            return;
        }
        html.Append($"<p>{Text.Whole(suspects.Length)} of {Text.Whole(ranked.Count)} images are scored, by models that had not seen them, as is usual for "
            + "another class. Their labels may be wrong, or the images are hard; only a person can tell. label-suspects.csv lists all images, the most "
            + $"doubtful first; <code>data clean</code> applies what is written there.{(suspects.Length > MaxImages ? $" The first {MaxImages}:" : "")}</p>\n"
            + "<div class=\"gallery wrong\">\n");
        foreach (LabelSuspect suspect in suspects.Take(MaxImages))
        {
            string path = Html.Escape(report.Examples[suspect.Index].Path);
            if (ImagesSection.Thumbnail(report.Examples[suspect.Index]) is not { } data)
                continue;
            ReadOnlySpan<float> scores = report.Metrics.Examples.Scores(suspect.Index);
            html.Append($"<figure><div class=\"image\"><img alt=\"{path}\" loading=\"lazy\" src=\"data:image/jpeg;base64,{data}\"></div><figcaption>label "
                + $"<b>{Html.Escape(report.Metrics.Labels[suspect.Label])}</b> {Text.Percent(scores[suspect.Label])}<br>suggested "
                + $"<b>{Html.Escape(report.Metrics.Labels[suspect.Suggested])}</b> {Text.Percent(scores[suspect.Suggested])}"
                + $"<small>{path}</small></figcaption></figure>\n");
        }
        html.Append("</div>\n</section>\n");
    }
}
