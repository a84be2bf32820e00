using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>All metrics with their intervals, calibration and ROC curves.</summary>
internal static class QualitySection
{
    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        html.Append("<section class=\"card\">\n<h2>Confidence and ranking</h2>\n<div class=\"charts\">\n");
        CalibrationChart.Write(html, metrics);
        RocChart.Write(html, metrics);
        html.Append("</div>\n</section>\n");
        html.Append("<section class=\"card\">\n<h2>All metrics</h2>\n<p class=\"note\">95 % intervals by bootstrap: the images (or their groups) "
            + "resampled 1000 times.</p>\n<div class=\"scroll\"><table><thead><tr><th>metric</th><th>value</th><th>95 % interval</th><th "
            + "class=\"wide\">0 … 1</th></tr></thead><tbody>\n");
        foreach (IMetric metric in MetricCatalog.For(metrics.Labels.Count))
            html.Append($"<tr><td class=\"name\">{Text.Title(metric.Name)}<span "
                + $"class=\"mean\">{Text.Meaning(metric.Name)}</span></td><td>{Text.Metric(metrics[metric.Name])}</td><td>"
                + $"{Text.Interval(metrics, metric.Name)}</td><td class=\"wide\">{Range(metrics, metric.Name)}</td></tr>\n");
        html.Append("</tbody></table></div>\n</section>\n");
    }

    private static string Range(ImageClassificationMetrics metrics, string name)
    {
        if (name == "logLoss" || metrics[name] is not double value)
            return "";
        string band = metrics.ConfidenceIntervals.TryGetValue(name, out ConfidenceInterval i)
            ? $"<span style=\"left:{Html.N(Percent(i.Low))}%;width:{Html.N(Percent(i.High) - Percent(i.Low))}%\"></span>"
            : "";
        return $"<div class=\"range\">{band}<i style=\"left:{Html.N(Percent(value))}%\"></i></div>";
    }

    private static double Percent(double value) => Math.Clamp(value, 0, 1) * 100;
}
