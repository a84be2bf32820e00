using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Which classes are taken for which: a shaded table, for very many classes the most frequent confusions.</summary>
internal static class ConfusionSection
{
    // At most 52 % of the color, so that the text keeps a contrast of 4.5 to 1 on light and dark ground (WCAG 2.2, 1.4.3).
    private const int MaxClasses = 30, MaxConfusions = 30;

    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        ClassConfusionMatrix confusion = metrics.ConfusionMatrix;
        html.Append("<section class=\"card\">\n<h2>Confusion matrix</h2>\n");
        if (confusion.Classes <= MaxClasses)
            Table(html, confusion);
        else
            List(html, confusion);
        html.Append("</section>\n");
    }

    private static void Table(StringBuilder html, ClassConfusionMatrix confusion)
    {
        html.Append("<p class=\"note\">Each row is a true class, each column a predicted class: number of images and share of the row. The darker, "
            + "the larger the share.</p>\n<div class=\"scroll\"><table class=\"confusion\"><thead><tr><th class=\"corner\">predicted →<br>true ↓</th>");
        foreach (string label in confusion.Labels)
            html.Append($"<th scope=\"col\" title=\"{Html.Escape(label)}\">{Html.Escape(label)}</th>");
        html.Append("</tr></thead><tbody>\n");
        for (int a = 0; a < confusion.Classes; a++)
        {
            html.Append($"<tr><th scope=\"row\">{Html.Escape(confusion.Labels[a])}</th>");
            for (int p = 0; p < confusion.Classes; p++)
            {
                long count = confusion[a, p];
                double share = confusion.Support(a) == 0 ? 0 : (double)count / confusion.Support(a);
                string color = a == p ? "var(--test)" : "var(--bad)";
                string kind = count == 0 ? " class=\"zero\"" : "";
                html.Append($"<td{kind} "
                    + $"style=\"background:{(count == 0 ? "var(--track)" : $"color-mix(in srgb,{color} {Html.N(10 + 42 * share)}%,var(--card))")}\">"
                    + $"{Text.Whole(count)}<small>{(count == 0 ? "&nbsp;" : Html.N(Math.Round(share * 100)) + " %")}</small></td>");
            }
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table></div>\n");
    }

    private static void List(StringBuilder html, ClassConfusionMatrix confusion)
    {
        html.Append($"<p class=\"note\">The most frequent of the confusions between {confusion.Classes} classes.</p>\n"
            + $"<div class=\"scroll\"><table><thead><tr><th>true class</th><th>answer</th><th>images</th><th>share of the class</th></tr></thead><tbody>\n");
        var pairs = Enumerable.Range(0, confusion.Classes)
            .SelectMany(a => Enumerable.Range(0, confusion.Classes).Where(p => p != a && confusion[a, p] > 0).Select(p => (Actual: a, Predicted: p)));
        foreach (
            (int a, int p) in pairs.OrderByDescending(c => confusion[c.Actual, c.Predicted]).ThenBy(c => c.Actual).ThenBy(c => c.Predicted).Take(MaxConfusions))
            html.Append($"<tr><td class=\"name\">{Html.Escape(confusion.Labels[a])}</td><td>{Html.Escape(confusion.Labels[p])}</td><td>"
                + $"{Text.Whole(confusion[a, p])}</td><td>{Text.Percent((double)confusion[a, p] / confusion.Support(a))}</td></tr>\n");
        html.Append("</tbody></table></div>\n");
    }
}
