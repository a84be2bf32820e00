using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Sensitivity at fixed specificity and the reverse, partial area, predictive values, precision-recall curves and net benefit.</summary>
internal static class OperatingSection
{
    private const int MaxCharts = 3;

    public static void Write(StringBuilder html, ImageClassificationMetrics metrics, IReadOnlyList<ClassOperatingPoints> classes)
    {
        html.Append("<section class=\"card\" id=\"operating\">\n<h2>Operating points</h2>\n");
        Content(html, metrics, classes);
        html.Append("</section>\n");
    }

    /// <summary>The section without its frame.</summary>
    public static void Content(StringBuilder html, ImageClassificationMetrics metrics, IReadOnlyList<ClassOperatingPoints> classes)
    {
        html.Append("<p class=\"note\">Each class against all others, at thresholds of its own probability that were chosen on these images: a "
            + "threshold chosen "
            + "elsewhere will do slightly worse. Below the number that was not fixed its 95 % interval.</p>\n");
        int[] order = metrics.Labels.Count == 2 ? [ReportFigures.PositiveClass(metrics), 1 - ReportFigures.PositiveClass(metrics)]
            : [.. Enumerable.Range(0, classes.Count)];
        Summary(html, metrics, [.. order.Select(c => classes[c])]);
        html.Append("<div class=\"charts\">\n");
        PrecisionRecallChart.Write(html, metrics, classes);
        ClassOperatingPoints[] stated = [.. classes.Where(c => c.IsPrevalenceStated)];
        foreach (ClassOperatingPoints c in stated.Length > 0 ? stated.Take(MaxCharts) : metrics.Labels.Count == 2 ? [classes[order[0]]] : [])
            NetBenefitChart.Write(html, c);
        html.Append("</div>\n<details><summary>Thresholds, predictive values and F-beta</summary>\n");
        Details(html, [.. order.Select(c => classes[c])]);
        html.Append("</details>\n");
    }

    private static void Summary(StringBuilder html, ImageClassificationMetrics metrics, ClassOperatingPoints[] classes)
    {
        html.Append("<div class=\"scroll\"><table><thead><tr><th>class</th><th>images</th><th>AUC</th><th>partial AUC</th>"
            + "<th>sensitivity at specificity 90 %</th><th>at 95 %</th><th>specificity at sensitivity 90 %</th><th>at 95 %</th></tr></thead><tbody>\n");
        foreach (ClassOperatingPoints c in classes)
        {
            html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td><td>{Text.Whole(c.Support)}</td>"
                + $"<td>{Text.Metric(metrics.PerClass[IndexOf(metrics, c)].Auc)}</td>{Cell(Text.Metric(c.PartialAuc), c.PartialAucInterval)}");
            foreach (OperatingPoint p in c.Points.Skip(1))
                html.Append(Cell(Text.Percent(p.Kind == OperatingPointKind.Specificity ? p.Sensitivity : p.Specificity), p.Interval));
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n<p class=\"note\">Partial AUC: the area under the ROC curve above a sensitivity of 80 %, the measure of "
            + "the ISIC 2024 "
            + "challenge; at most 0.2, chance is 0.02.</p>\n");
    }

    private static void Details(StringBuilder html, ClassOperatingPoints[] classes)
    {
        html.Append("<p class=\"note\">Predictive values (PPV, NPV) are for the prevalence in the table: the one that was stated, else the share of the class "
            + "in these images. F-beta is for these images.</p>\n<div class=\"scroll\"><table><thead><tr><th>class</th><th>prevalence</th><th>chosen by</th>"
            + "<th>threshold</th><th>sensitivity</th><th>specificity</th><th>PPV</th><th>NPV</th><th>F0.5</th><th>F1</th><th>F2</th></tr></thead><tbody>\n");
        foreach (ClassOperatingPoints c in classes)
            foreach (OperatingPoint p in c.Points)
                html.Append($"<tr><td class=\"name\">{Html.Escape(c.Label)}</td><td>{Text.Percent(c.Prevalence)}{(c.IsPrevalenceStated ? " stated" : "")}</td>"
                    + $"<td>{Name(p)}</td><td>{Text.Metric(p.Threshold)}</td><td>{Text.Percent(p.Sensitivity)}</td><td>{Text.Percent(p.Specificity)}</td>"
                    + $"<td>{Text.Percent(p.PositivePredictiveValue)}</td><td>{Text.Percent(p.NegativePredictiveValue)}</td><td>{Text.Metric(p.FHalf)}</td>"
                    + $"<td>{Text.Metric(p.F1)}</td><td>{Text.Metric(p.F2)}</td></tr>\n");
        html.Append("</tbody></table></div>\n");
    }

    private static string Name(OperatingPoint point) => point.Kind == OperatingPointKind.Decision ? "the decision rule"
        : $"{point.Kind.ToString().ToLowerInvariant()} {Text.Short(point.Target!.Value * 100)} %";

    private static int IndexOf(ImageClassificationMetrics metrics, ClassOperatingPoints points) =>
        Enumerable.Range(0, metrics.Labels.Count).First(c => metrics.Labels[c] == points.Label);

    private static string Cell(string value, ConfidenceInterval? interval) =>
        $"<td>{value}{(interval is null ? "" : $"<span class=\"mean\">{Text.Interval(interval)}</span>")}</td>";
}
