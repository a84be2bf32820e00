using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Headline, medical notice and the main metrics.</summary>
internal static class OverviewSection
{
    private static readonly string[] Main = ["microAccuracy", "macroAccuracy", "macroAuc", "macroF1", "logLoss", "expectedCalibrationError"];

    public static void Write(StringBuilder html, RunReport report)
    {
        ImageClassificationMetrics metrics = report.Metrics;
        html.Append($"<header>\n<h1>{Html.Escape(report.Title)}</h1>\n"
            + $"<p class=\"lead\">Measured on {Text.Whole(metrics.Count)} images ({Html.Escape(report.MeasuredOn)}), {metrics.Labels.Count} classes");
        if (report.Manifest is { } manifest)
            html.Append($" · network {Html.Escape(manifest.Backbone)}, {manifest.Width}×{manifest.Height} pixels");
        html.Append($"</p>\n<p class=\"notice\" role=\"note\"><b>{Text.MedicalHeadline}</b> {Html.Escape(Text.MedicalNotice)}</p>\n</header>\n");
        html.Append("<section class=\"tiles\" aria-label=\"Main metrics\">\n");
        foreach (string name in Main)
        {
            bool share = name is "microAccuracy" or "macroAccuracy";
            html.Append($"<div class=\"tile\"><span>{Text.Title(name)}</span><b>{(share ? Text.Percent(metrics[name]) : Text.Metric(metrics[name]))}"
                + $"</b><i>{Interval(metrics, name, share)}</i><i>{Text.Meaning(name)}</i></div>\n");
        }
        html.Append("</section>\n");
        if (report.NeighborAgreement is { } agreement)
            html.Append($"<p class=\"note\">Of the five most similar training images of an image, {Text.Percent(agreement)} have its class, on average.</p>\n");
        if (report.Warnings.Count == 0)
            return;
        html.Append("<section class=\"card\">\n<h2>Please check</h2>\n<ul class=\"plain\">\n");
        foreach (string warning in report.Warnings)
            html.Append($"<li>{Html.Escape(warning)}</li>\n");
        html.Append("</ul>\n</section>\n");
    }

    private static string Interval(ImageClassificationMetrics metrics, string name, bool share)
    {
        if (!metrics.ConfidenceIntervals.TryGetValue(name, out ConfidenceInterval interval))
            return "no interval";
        return share ? $"95 %: {Text.Percent(interval.Low)[..^2]} – {Text.Percent(interval.High)}"
            : $"95 %: {Text.Metric(interval.Low)} – {Text.Metric(interval.High)}";
    }
}
