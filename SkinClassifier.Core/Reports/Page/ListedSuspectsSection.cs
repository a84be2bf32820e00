using System.Globalization;
using System.Text;
using SkinClassifier.Audit;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Images of a label-suspects.csv, with the class that other images speak for.</summary>
internal static class ListedSuspectsSection
{
    private const int MaxShown = 24;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => (report.Suspects ?? []).Take(MaxShown).Select(s => s.Image);

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        if (report.Suspects is not { } suspects)
            return;
        html.Append("<section class=\"card\">\n<h2>Label suspects</h2>\n");
        if (suspects.Count == 0)
        {
            html.Append("<p class=\"note\">None: the list names no image whose label is doubtful.</p>\n</section>\n");
            return;
        }
        html.Append($"<p>{Text.Whole(suspects.Count)} images are scored, by models that had not seen them, as is usual for another class. Their labels may be "
            + $"wrong, or the images are hard; only a person can tell.{(suspects.Count > MaxShown ? $" The first {MaxShown}:" : "")}</p>\n");
        Figures.Begin(html, "wrong");
        foreach (ListedSuspect suspect in suspects.Take(MaxShown))
            Figures.Write(html, thumbnails, [suspect.Image], $"label <b>{Html.Escape(suspect.Image.Label)}</b><br>suggested "
                + $"<b>{Html.Escape(suspect.Suggested)}</b>{Score(suspect)}"
                + $"<small>{Html.Escape(suspect.Image.Path)}</small>");
        Figures.End(html);
        html.Append("</section>\n");
    }

    private static string Score(ListedSuspect suspect) =>
        suspect.Score is double score ? string.Create(CultureInfo.InvariantCulture, $"<br>score {score:0.000}") : "";
}
