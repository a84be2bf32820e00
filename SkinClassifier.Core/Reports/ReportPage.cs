using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Reports;

/// <summary>
/// report.html: one page that needs nothing else — no script, no request, system fonts, charts as inline SVG, images as data; light and dark, wide
/// and narrow.
/// </summary>
internal static class ReportPage
{
    /// <summary>Writes the page, whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="report">The run.</param>
    /// <exception cref="ArgumentException">Examples and metrics do not belong together.</exception>
    public static void Write(string path, RunReport report) => AtomicFile.WriteText(path, Create(report));

    /// <summary>The page as HTML.</summary>
    /// <param name="report">The run.</param>
    /// <exception cref="ArgumentException">Examples and metrics do not belong together.</exception>
    public static string Create(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.Check();
        StringBuilder html = new(1 << 18);
        PageFrame.Begin(html, $"{report.Title} – report");
        OverviewSection.Write(html, report);
        if (report.History is { Epochs.Count: > 0 })
            CurvesSection.Write(html, report.History);
        report.Leaderboard?.WriteHtml(html);
        if (report.Folds.Count > 0)
            FoldsSection.Write(html, report.Folds);
        ConfusionSection.Write(html, report.Metrics);
        ClassesSection.Write(html, report);
        DecisionSection.Write(html, report.Metrics);
        QualitySection.Write(html, report.Metrics);
        PolicySection.Write(html, report.Policy);
        if (report.ShowImages)
        {
            ImagesSection.Write(html, report);
            HeatMapsSection.Write(html, report);
        }
        LeaksSection.Write(html, report);
        DetailsSection.Write(html, report);
        PageFrame.End(html);
        return html.ToString();
    }
}
