using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Compare.Methods;
using SkinClassifier.Reports;
using SkinClassifier.Reports.Page;

namespace SkinClassifier.Compare.Output;

/// <summary>report.html: the table, accuracy against time, what was compared on what; one page that needs nothing else.</summary>
internal static class ComparisonPage
{
    public static void Write(string path, ComparisonResult result) => AtomicFile.WriteText(path, Create(result));

    public static string Create(ComparisonResult result)
    {
        StringBuilder html = new(1 << 16);
        PageFrame.Begin(html, "Comparison – report");
        html.Append("<header>\n<h1>Comparison with traditional methods</h1>\n");
        if (!result.IsFinished)
            html.Append("<p class=\"lead\">Cancelled: only the rows that were done.</p>\n");
        html.Append($"<p class=\"notice\" role=\"note\"><b>{Text.MedicalHeadline}</b> {Html.Escape(Text.MedicalNotice)}</p>\n</header>\n");
        if (result.Warnings.Count > 0)
            html.Append("<section class=\"card\">\n<h2>Please check</h2>\n<ul class=\"plain\">\n"
                + $"{string.Concat(result.Warnings.Select(w => $"<li>{Html.Escape(w)}</li>\n"))}</ul>\n</section>\n");
        Metrics(html, result.Rows);
        Differences(html, result.Rows);
        html.Append("<section class=\"card\">\n<h2>Accuracy against time</h2>\n<p class=\"note\">The numbers are those of the table. Up and to the left is "
            + "better. Time is on a logarithmic scale.</p>\n<div class=\"charts\">\n");
        ScatterChart.Write(html, "Macro accuracy against seconds to train", "seconds", result.Rows, row => row.SecondsToTrain);
        ScatterChart.Write(html, "Macro accuracy against milliseconds per image", "milliseconds", result.Rows, row => row.MillisecondsPerImage);
        html.Append("</div>\n</section>\n");
        Facts(html, result);
        PageFrame.End(html);
        return html.ToString();
    }

    private static void Metrics(StringBuilder html, IReadOnlyList<ComparisonRow> rows)
    {
        html.Append("<section class=\"card\">\n<h2>Methods</h2>\n<p class=\"note\">All methods are trained and measured on the same images. In brackets: 95 % "
            + "intervals (bootstrap).</p>\n<div class=\"scroll\"><table><thead><tr><th>method</th>");
        foreach (string metric in ComparisonRow.MetricNames)
            html.Append($"<th>{Html.Escape(Text.Title(metric))}</th>");
        html.Append("<th>train s</th><th>ms/image</th><th>MB</th></tr></thead><tbody>\n");
        foreach ((int index, ComparisonRow row) in rows.Index())
        {
            html.Append($"<tr><td class=\"name\">{index + 1}. {Html.Escape(row.Method.Title)}</td>");
            foreach (string metric in ComparisonRow.MetricNames)
            {
                string value = Text.Metric(row.Metrics[metric]), whole = ComparisonTable.Value(row, metric), interval = whole[value.Length..].Trim();
                bool isBest = row.Differences.GetValueOrDefault(metric) is { IsBest: true };
                html.Append($"<td>{(isBest ? $"<b>{value}</b>" : value)}<span class=\"mean\">{interval}</span></td>");
            }
            html.Append($"<td>{ComparisonTable.Cost(row.SecondsToTrain)}</td><td>{ComparisonTable.Cost(row.MillisecondsPerImage)}</td>"
                + $"<td>{ComparisonTable.Cost(row.Megabytes)}</td></tr>\n");
        }
        html.Append("</tbody></table></div>\n");
        foreach (ComparisonRow row in rows.Where(r => r.Note is not null))
            html.Append($"<p class=\"note\">{Html.Escape(row.Method.Title)}: {Html.Escape(row.Note!)}</p>\n");
        foreach (Learner learner in rows.Select(r => r.Method.Learner).OfType<Learner>().Where(l => l.Probabilities != "softmax").Distinct())
            html.Append($"<p class=\"note\">Probabilities of {Html.Escape(learner.Title)}: {Html.Escape(learner.Probabilities)}.</p>\n");
        html.Append("</section>\n");
    }

    private static void Differences(StringBuilder html, IReadOnlyList<ComparisonRow> rows)
    {
        html.Append("<section class=\"card\">\n<h2>Difference to the best</h2>\n<p class=\"note\">Paired: both methods are measured on the same resamples. An "
            + "interval without 0 is a difference that chance alone does not explain.</p>\n<div class=\"scroll\"><table><thead><tr><th>method</th>");
        foreach (string metric in ComparisonRow.MetricNames)
            html.Append($"<th>{Html.Escape(Text.Title(metric))}</th>");
        html.Append("</tr></thead><tbody>\n");
        foreach ((int index, ComparisonRow row) in rows.Index())
            html.Append($"<tr><td class=\"name\">{index + 1}. {Html.Escape(row.Method.Title)}</td>"
                + $"{string.Concat(ComparisonRow.MetricNames.Select(m => $"<td>{Html.Escape(ComparisonTable.Difference(row, m))}</td>"))}</tr>\n");
        html.Append("</tbody></table></div>\n</section>\n");
    }

    private static void Facts(StringBuilder html, ComparisonResult result)
    {
        html.Append("<section class=\"card\">\n<h2>Details</h2>\n<table class=\"facts\"><tbody>\n");
        foreach ((string name, string value) in result.Facts)
            html.Append($"<tr><td>{Html.Escape(name)}</td><td>{Html.Escape(value)}</td></tr>\n");
        html.Append("</tbody></table>\n</section>\n");
    }
}
