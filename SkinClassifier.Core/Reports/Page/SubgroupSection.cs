using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>The metrics by age, sex, site and other columns of metadata, and the largest gaps.</summary>
internal static class SubgroupSection
{
    private static readonly Dictionary<string, string> Names = new()
    { ["accuracy"] = "accuracy", ["sensitivity"] = "sensitivity (mean recall)", ["auc"] = "AUC", ["calibrationError"] = "calibration error" };

    public static void Write(StringBuilder html, IReadOnlyList<SubgroupColumn> columns, IReadOnlyList<string> labels)
    {
        if (columns.Count == 0)
            return;
        html.Append("<section class=\"card\" id=\"subgroups\">\n<h2>Subgroups</h2>\n<p class=\"note\">The same model and images, by columns of the "
            + "metadata. Below "
            + $"every number its 95 % interval. Groups with fewer than {SubgroupMetrics.MinCases} cases (lesions or patients, where the data name "
            + $"them) are marked: "
            + "their numbers say little. A gap whose interval holds 0 may be chance; of many gaps some look large by chance alone.</p>\n");
        foreach (SubgroupColumn column in columns)
            Column(html, column, labels);
        if (!columns.Any(c => SubgroupValues.IsTone(c.Column)))
            html.Append("<p class=\"note\"><b>Skin tone:</b> the data have no column of it, so nothing can be said about skin tones. Say so where the "
                + "model is used.</p>\n");
        html.Append("</section>\n");
    }

    private static void Column(StringBuilder html, SubgroupColumn column, IReadOnlyList<string> labels)
    {
        bool isBinary = column.Groups.Any(g => g.Recall.Count > 0);
        html.Append($"<h3>{Html.Escape(column.Column)}</h3>\n");
        if (column.Column == SkinToneProxy.Name)
            html.Append($"<p class=\"notice\" role=\"note\">{Html.Escape(SkinToneProxy.Warning)}</p>\n");
        html.Append("<div class=\"scroll\"><table><thead><tr><th>group</th><th>images</th><th>cases</th><th>accuracy</th><th>sensitivity</th><th>AUC</th>"
            + $"<th>calibration error</th>{string.Concat((isBinary ? labels : []).Select(l => $"<th>recall of {Html.Escape(l)}</th>"))}</tr></thead><tbody>\n");
        foreach (SubgroupMetrics group in column.Groups)
            html.Append($"<tr><td class=\"name\">{Html.Escape(group.Value)}{(group.IsSmall ? "<span class=\"mean\">few cases</span>" : "")}</td>"
                + $"<td>{Text.Whole(group.Count)}</td><td>{Text.Whole(group.Cases)}</td>{Cell(group.Accuracy)}{Cell(group.Sensitivity)}{Cell(group.Auc)}"
                + $"{Cell(group.CalibrationError)}{string.Concat(group.Recall.Select(Cell))}</tr>\n");
        html.Append("</tbody></table></div>\n");
        if (column.LargestGaps.Count == 0)
        {
            html.Append("<p class=\"note\">No gaps: fewer than two groups have enough cases.</p>\n");
            return;
        }
        html.Append("<p>Largest gaps: ").AppendJoin("; ", column.LargestGaps.Select(g => $"{Html.Escape(Names.GetValueOrDefault(g.Metric, g.Metric))} "
            + $"{Text.Metric(g.Gap.Value)} [{Text.Interval(g.Gap.Interval)}] between {Html.Escape(g.High)} and {Html.Escape(g.Low)}")).Append(".</p>\n");
    }

    private static string Cell(MeasuredValue value) =>
        $"<td>{Text.Metric(value.Value)}{(value.Interval is null ? "" : $"<span class=\"mean\">{Text.Interval(value.Interval)}</span>")}</td>";
}
