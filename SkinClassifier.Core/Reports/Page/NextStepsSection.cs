using System.Text;
using System.Text.RegularExpressions;

namespace SkinClassifier.Reports.Page;

/// <summary>What to do next, as far as the metrics say.</summary>
internal static partial class NextStepsSection
{
    public static void Write(StringBuilder html, RunReport report, ReportFigures figures) => Write(html, NextSteps.Of(report, figures),
        "Nothing stands out in the metrics of this run. Measure the model on images of another camera or clinic.");

    /// <summary>Writes sentences, or what is said where there are none.</summary>
    public static void Write(StringBuilder html, IEnumerable<string> sentences, string otherwise)
    {
        string[] steps = [.. sentences];
        html.Append("<section class=\"card\">\n<h2>What to do next</h2>\n");
        if (steps.Length == 0)
            html.Append($"<p class=\"note\">{otherwise}</p>\n");
        else
            html.Append("<ul class=\"plain\">\n")
                .AppendJoin("", steps.Select(s => $"<li>{Option().Replace(Html.Escape(s), "<code>$0</code>")}</li>\n")).Append("</ul>\n");
        html.Append("</section>\n");
    }

    /// <summary>An option and its value, or a verb, which stay on one line.</summary>
    [GeneratedRegex(@"--[a-z-]+( \d[\d.]*(?![\d.]*\w)| auto| [a-z_]+(?=\)))?|\bdata (suspects|clean|inspect)\b")]
    private static partial Regex Option();
}
