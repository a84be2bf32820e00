using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Page;

/// <summary>Images whose size or shape is far from that of the others.</summary>
internal static class OddSizesSection
{
    private const int MaxShown = 12;

    public static IEnumerable<ImageExample> Images(DatasetReport report) => (report.Found.Quality?.OddSizes ?? []).Take(MaxShown).Select(o => o.Image);

    public static void Write(StringBuilder html, DatasetReport report, Thumbnails thumbnails)
    {
        if (report.Found.Quality is not { OddSizes.Count: > 0 and int count } quality)
            return;
        html.Append($"<section class=\"card\">\n<h2>Odd sizes</h2>\n<p class=\"note\">{Text.Whole(count)} images have a size or shape that is far from that of "
            + $"the others.{(count > MaxShown ? $" The first {MaxShown}:" : "")}</p>\n");
        Figures.Begin(html);
        foreach (OddSize odd in quality.OddSizes.Take(MaxShown))
            Figures.Write(html, thumbnails, [odd.Image],
                $"<b>{odd.Width}×{odd.Height}</b><br>{Html.Escape(QualityText.Told(odd))}<small>{Html.Escape(odd.Image.Path)}</small>");
        Figures.End(html);
        html.Append("</section>\n");
    }
}
