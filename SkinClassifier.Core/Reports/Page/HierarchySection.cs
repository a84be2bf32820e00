using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>The metrics at every level above the classes.</summary>
internal static class HierarchySection
{
    private static readonly string[] Shown = ["microAccuracy", "macroAccuracy", "macroAuc", "logLoss", "expectedCalibrationError"];

    public static void Write(StringBuilder html, ReportFigures figures)
    {
        if (figures.Hierarchy is not { } hierarchy)
            return;
        html.Append($"<section class=\"card\" id=\"hierarchy\">\n<h2>Classes above the classes</h2>\n<p class=\"note\">Hierarchy "
            + $"“{Html.Escape(hierarchy.Name)}”. "
            + "The probability of a class here is the sum of the probabilities of its members; the predicted class is that of the predicted member.</p>\n");
        foreach ((int index, HierarchyLevel level) in figures.Levels.Index())
        {
            html.Append($"<h3>Level {level.Level}</h3>\n<ul class=\"plain\">");
            foreach ((int c, IReadOnlyList<string> members) in level.Members.Index())
                html.Append($"<li><b>{Html.Escape(level.Metrics.Labels[c])}</b>: {Html.Escape(string.Join(", ", members))}</li>");
            html.Append("</ul>\n<div class=\"scroll\"><table><thead><tr><th>metric</th><th>value</th><th>95 % interval</th></tr></thead><tbody>\n");
            foreach (string name in Shown)
                html.Append($"<tr><td class=\"name\">{Text.Title(name)}</td><td>{Text.Metric(level.Metrics[name])}</td>"
                    + $"<td>{Text.Interval(level.Metrics, name)}</td></tr>\n");
            html.Append("</tbody></table></div>\n");
            OperatingSection.Content(html, level.Metrics, figures.LevelPoints[index]);
        }
        html.Append("</section>\n");
    }
}
