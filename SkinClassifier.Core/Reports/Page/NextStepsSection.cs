using System.Text;
using System.Text.RegularExpressions;

namespace SkinClassifier.Reports.Page;

/// <summary>What to do next, as far as the metrics say.</summary>
internal static partial class NextStepsSection
{
    public static void Write(StringBuilder html, RunReport report, ReportFigures figures)
    {
        string[] steps = [.. NextSteps.Of(report, figures)];
        html.Append("<section class=\"card\">\n<h2>What to do next</h2>\n");
        if (steps.Length == 0)
            html.Append("<p class=\"note\">Nothing stands out in the metrics of this run. Measure the model on images of another camera or clinic.</p>\n");
        else
            html.Append("<ul class=\"plain\">\n")
                .AppendJoin("", steps.Select(s => $"<li>{Option().Replace(Html.Escape(s), "<code>$0</code>")}</li>\n")).Append("</ul>\n");
        html.Append("</section>\n");
    }

    /// <summary>An option and its value, which stay on one line.</summary>
    [GeneratedRegex(@"--[a-z-]+( \d[\d.]*(?![\d.]*\w)| [a-z]+(?=\)))?")]
    private static partial Regex Option();
}
