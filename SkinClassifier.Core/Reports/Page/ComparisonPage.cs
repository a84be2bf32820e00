using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>comparison.html: two models on the same images.</summary>
internal static class ComparisonPage
{
    /// <summary>The page as HTML.</summary>
    public static string Create(ComparisonReport report)
    {
        ModelComparison result = report.Result;
        StringBuilder html = new();
        PageFrame.Begin(html, "Two models compared");
        html.Append($"<header>\n<h1>Two models compared</h1>\n<p class=\"lead\">First: {Html.Escape(report.First)}. Second: "
            + $"{Html.Escape(report.Second)}. Measured on "
            + $"{Text.Whole(result.First.Count)} images ({Html.Escape(report.MeasuredOn)}).</p>\n<p class=\"notice\" "
            + $"role=\"note\"><b>{Text.MedicalHeadline}</b> "
            + $"{Html.Escape(Text.MedicalNotice)}</p>\n</header>\n");
        if (report.Warning is { } warning)
            html.Append($"<section class=\"card\" id=\"leaks\">\n<h2>Images that a model was trained with</h2>\n<p>{Html.Escape(Sentence(warning))}</p>\n"
                + "</section>\n");
        html.Append("<section class=\"card\">\n<h2>Differences</h2>\n<p class=\"note\">First minus "
            + $"second. The interval is a "
            + "bootstrap over the same images, or groups of images, for both; one that holds 0 may be chance.</p>\n<div class=\"scroll\"><table><thead><tr>"
            + "<th>metric</th><th>first</th><th>second</th><th>difference</th><th>95 % interval</th></tr></thead><tbody>\n");
        foreach ((string name, MeasuredValue difference) in result.Differences)
            html.Append($"<tr><td class=\"name\">{Text.Title(name)}</td><td>{Text.Metric(result.First[name])}</td><td>{Text.Metric(result.Second[name])}</td>"
                + $"<td>{Text.Metric(difference.Value)}</td><td>{Text.Interval(difference.Interval)}</td></tr>\n");
        html.Append("</tbody></table></div>\n</section>\n<section class=\"card\">\n<h2>McNemar’s test</h2>\n"
            + $"<p>Only the first is right on {Text.Whole(result.McNemar.OnlyFirst)} images, only the second on {Text.Whole(result.McNemar.OnlySecond)}. "
            + $"Chi-square {Text.Metric(result.McNemar.ChiSquare)}, p {ComparisonReport.Probability(result.McNemar.ChiSquareP)}; exact p "
            + $"{ComparisonReport.Probability(result.McNemar.ExactP)}.</p>\n</section>\n<section class=\"card\">\n<h2>DeLong’s test</h2>\n<p "
            + $"class=\"note\">Area under the "
            + "ROC curve, each class against the rest.</p>\n<div class=\"scroll\"><table><thead><tr><th>class</th><th>first</th><th>second</th>"
            + "<th>difference</th><th>95 % interval</th><th>z</th><th>p</th></tr></thead><tbody>\n");
        foreach (DeLongTest t in result.DeLong)
            html.Append($"<tr><td class=\"name\">{Html.Escape(t.Label)}</td><td>{Text.Metric(t.First)}</td><td>{Text.Metric(t.Second)}</td>"
                + $"<td>{Text.Metric(t.Difference.Value)}</td><td>{Text.Interval(t.Difference.Interval)}</td><td>{Text.Metric(t.Z)}</td>"
                + $"<td>{ComparisonReport.Probability(t.P)}</td></tr>\n");
        html.Append("</tbody></table></div>\n<p class=\"note\">Both tests take every image for itself. With several images of a lesion or patient "
            + "their p-values are too "
            + "small; the bootstrap intervals above are right then.</p>\n</section>\n");
        PageFrame.End(html);
        return PageParts.Finished(html.ToString());
    }

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
