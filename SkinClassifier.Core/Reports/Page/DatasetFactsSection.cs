using System.Globalization;
using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Sizes, formats and color profiles of the images, and how a CSV file was understood.</summary>
internal static class DatasetFactsSection
{
    private const int MaxSizes = 8;

    public static void Write(StringBuilder html, DatasetInspection found)
    {
        html.Append("<section class=\"card\">\n<h2>Sizes and formats</h2>\n<table class=\"facts\"><tbody>\n");
        foreach ((string name, string value) in Facts(found))
            html.Append($"<tr><td>{Html.Escape(name)}</td><td>{Html.Escape(value)}</td></tr>\n");
        html.Append("</tbody></table>\n</section>\n");
    }

    private static IEnumerable<(string Name, string Value)> Facts(DatasetInspection found)
    {
        yield return ("formats", string.Join(", ", found.Formats.Select(f => $"{f.Key} {Text.Whole(f.Value)}")));
        if (found.Sizes.Count > 0)
        {
            yield return ("sizes in pixels", string.Join(", ", found.Sizes.Take(MaxSizes).Select(s => $"{s.Width}×{s.Height} ({Text.Whole(s.Count)})"))
                + (found.Sizes.Count > MaxSizes ? $" and {Text.Whole(found.Sizes.Count - MaxSizes)} more" : ""));
            yield return ("shortest and longest side", string.Create(CultureInfo.InvariantCulture,
                $"{found.Sizes.Min(s => Math.Min(s.Width, s.Height))} and {found.Sizes.Max(s => Math.Max(s.Width, s.Height))} pixels"));
        }
        yield return ("color profiles other than sRGB", found.ColorProfiles.Count == 0 ? "none"
            : string.Join(", ", found.ColorProfiles.Select(p => $"{p.Key} {Text.Whole(p.Value)}"))
                + " (not applied: their colors look different to a network)");
        if (found.Csv is not { } csv)
            yield break;
        yield return ("column of the images", csv.PathColumn);
        yield return ("column of the classes", string.Join(", ", csv.LabelColumns));
        yield return ("column of the sets", csv.SplitColumn ?? "none");
    }
}
