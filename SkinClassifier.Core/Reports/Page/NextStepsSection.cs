using System.Text;

namespace SkinClassifier.Reports.Page;

/// <summary>What to do next, as far as the metrics say.</summary>
internal static class NextStepsSection
{
    public static void Write(StringBuilder html, RunReport report, ReportFigures figures)
    {
        string[] steps = [.. NextSteps.Of(report, figures)];
        html.Append("<section class=\"card\">\n<h2>What to do next</h2>\n");
        if (steps.Length == 0)
            html.Append("<p class=\"note\">Nothing stands out in the metrics of this run. Measure the model on images of another camera or clinic.</p>\n");
        else
            html.Append("<ul class=\"plain\">\n").AppendJoin("", steps.Select(s => $"<li>{Html.Escape(s)}</li>\n")).Append("</ul>\n");
        html.Append("</section>\n");
    }
}
