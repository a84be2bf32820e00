using System.Text;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Reports;

/// <summary>
/// report.html: one page that needs nothing else — no script, no request, system fonts, charts as inline SVG, images as data; light and dark, wide
/// and narrow.
/// </summary>
internal static class ReportPage
{
    /// <summary>The page as HTML.</summary>
    /// <param name="report">The run.</param>
    /// <param name="figures">What is computed for it beside the metrics. Default null: it is computed.</param>
    /// <exception cref="ArgumentException">Examples and metrics do not belong together.</exception>
    public static string Create(RunReport report, ReportFigures? figures = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        report.Check();
        figures ??= new ReportFigures(report);
        bool isBinary = report.Metrics.Labels.Count == 2;
        PageParts parts = new();
        parts.Add("", html => OverviewSection.Write(html, report));
        parts.Add("Summary", html =>
        {
            if (isBinary)
                OperatingSection.Write(html, report.Metrics, figures.OperatingPoints);
            NextStepsSection.Write(html, report, figures);
        });
        parts.Add("Results", html =>
        {
            ConfusionSection.Write(html, report.Metrics);
            ClassesSection.Write(html, report);
            if (!isBinary)
                OperatingSection.Write(html, report.Metrics, figures.OperatingPoints);
            HierarchySection.Write(html, figures);
            DecisionSection.Write(html, report.Metrics);
            QualitySection.Write(html, report.Metrics);
        });
        parts.Add("For whom and where it holds", html =>
        {
            SubgroupSection.Write(html, figures.Subgroups, report.Metrics.Labels);
            RobustnessSection.Write(html, report.Robustness);
            PolicySection.Write(html, report.Policy);
            LeaksSection.Write(html, report);
        });
        if (report.ShowImages)
            parts.Add("Images", html =>
            {
                ImagesSection.Write(html, report);
                HeatMapsSection.Write(html, report);
                SuspectsSection.Write(html, report, figures.Suspects);
            });
        parts.Add("How it was made", html =>
        {
            if (report.History is { Epochs.Count: > 0 })
                CurvesSection.Write(html, report.History);
            report.Leaderboard?.WriteHtml(html);
            if (report.Folds.Count > 0)
                FoldsSection.Write(html, report.Folds);
            DetailsSection.Write(html, report);
        });
        StringBuilder html = new(1 << 18);
        PageFrame.Begin(html, $"{report.Title} – report");
        parts.Write(html);
        PageFrame.End(html);
        return html.ToString();
    }
}
