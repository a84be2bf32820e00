using System.Globalization;
using System.Text;
using SkinClassifier.Audit;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Pairs of images that show the same thing, those in different sets first, then the closest.</summary>
internal static class NearCopiesSection
{
    private const int MaxShown = 30, MaxListed = 200;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => Ordered(report.Found).Take(MaxShown).SelectMany(p => new[] { p.First, p.Second });

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        if (report.Found.NearDuplicates is null)
            return;
        NearDuplicatePair[] pairs = [.. Ordered(report.Found)];
        html.Append("<section class=\"card\">\n<h2>Near duplicates</h2>\n");
        if (pairs.Length == 0)
        {
            html.Append("<p class=\"note\">None: no two images show the same thing, as far as their hashes and feature maps say.</p>\n</section>\n");
            return;
        }
        int sure = pairs.Count(p => p.Distance <= NearDuplicates.SureDistance);
        int sets = pairs.Count(p => p.CrossesSets), classes = pairs.Count(p => p.CrossesClasses);
        html.Append(CultureInfo.InvariantCulture, $"<p>{pairs.Length:#,0} pairs of images may show the same thing; {sure:#,0} have a distance up to "
            + $"{NearDuplicates.SureDistance}, {sets:#,0} lie in different sets, {classes:#,0} in different classes. 0 is the same image, 1 is no nearer than "
            + $"other images.{(report.Found.Groups is null ? "" : " Pairs of one group, class and set are left out: they stay together anyway.")}"
            + $"{(pairs.Length > MaxShown ? $" The first {MaxShown}, those in different sets before the others:" : "")}</p>\n");
        Figures.Begin(html, "neutral pairs");
        foreach (NearDuplicatePair pair in pairs.Take(MaxShown))
            Figures.Write(html, thumbnails, [pair.First, pair.Second], $"{Distance(pair)}{Figures.Place(pair.First)}{Figures.Place(pair.Second)}");
        Figures.End(html);
        if (pairs.Length > MaxShown)
        {
            html.Append("<details class=\"long\"><summary>More pairs</summary>\n<table class=\"facts\"><tbody>\n");
            foreach (NearDuplicatePair pair in pairs.Skip(MaxShown).Take(MaxListed))
                html.Append($"<tr><td>{Distance(pair)}</td><td>{Line(pair.First)}<br>{Line(pair.Second)}</td></tr>\n");
            html.Append("</tbody></table>\n");
            if (pairs.Length > MaxShown + MaxListed)
                html.Append($"<p class=\"note\">and {Text.Whole(pairs.Length - MaxShown - MaxListed)} more</p>\n");
            html.Append("</details>\n");
        }
        html.Append("</section>\n");
    }

    private static string Distance(NearDuplicatePair pair) => string.Create(CultureInfo.InvariantCulture, $"distance <b>{pair.Distance:0.000}</b>")
        + $"{(pair.CrossesSets ? ", <b>different sets</b>" : "")}{(pair.CrossesClasses ? ", <b>different classes</b>" : "")}";

    private static string Line(ImageExample example) => Html.Escape($"{example.Path} ({string.Join(", ", Figures.Marks(example))})");

    private static IEnumerable<NearDuplicatePair> Ordered(DatasetInspection found) =>
        (found.NearDuplicates ?? []).OrderByDescending(p => p.CrossesSets).ThenBy(p => p.Distance);
}
