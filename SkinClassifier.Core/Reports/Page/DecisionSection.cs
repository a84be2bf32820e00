using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>What the highest score and the balanced rule reach with the same probabilities.</summary>
internal static class DecisionSection
{
    private const int MaxClasses = 12;

    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        html.Append("<section class=\"card\">\n<h2>Decision rule</h2>\n"
            + $"<p class=\"note\">The predicted classes of this report are by the rule “{Html.Escape(metrics.Decision)}”. {Html.Escape(Text.WhichRule)}</p>\n"
            + "<div class=\"scroll\"><table><thead><tr><th>rule</th><th>micro accuracy</th><th>macro accuracy</th><th>macro F1</th>");
        bool isShort = metrics.Labels.Count <= MaxClasses;
        foreach (string label in isShort ? metrics.Labels : [])
            html.Append($"<th>recall of {Html.Escape(label)}</th>");
        html.Append("</tr></thead><tbody>\n");
        if (metrics.Decision is not ("score" or "balanced"))
            Row(html, metrics.Decision, new DecisionMetrics(metrics.ConfusionMatrix), isShort);
        Row(html, "score: highest score", metrics.ByScore, isShort);
        if (metrics.Balanced is { } balanced)
            Row(html, $"balanced: p / prior^{(metrics.BalancedExponent is { } t ? Text.Short(t) : "t")}", balanced, isShort);
        html.Append("</tbody></table></div>\n</section>\n");
    }

    private static void Row(StringBuilder html, string name, DecisionMetrics reached, bool withClasses)
    {
        html.Append($"<tr><td class=\"name\">{Html.Escape(name)}</td><td>{Text.Percent(reached.MicroAccuracy)}</td>"
            + $"<td>{Text.Percent(reached.MacroAccuracy)}</td><td>{Text.Metric(reached.MacroF1)}</td>");
        for (int c = 0; withClasses && c < reached.ConfusionMatrix.Classes; c++)
            html.Append($"<td>{Text.Percent(reached.ConfusionMatrix.Recall(c))}</td>");
        html.Append("</tr>\n");
    }
}
