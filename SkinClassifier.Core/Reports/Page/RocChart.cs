using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>ROC curves, one class against the rest.</summary>
internal static class RocChart
{
    public static void Write(StringBuilder html, ImageClassificationMetrics metrics)
    {
        int[] shown = UnitSquare.Shown(metrics.PerClass.Index().Where(c => c.Item.Auc.HasValue).Select(c => (c.Index, c.Item.Support)));
        if (shown.Length == 0)
            return;
        UnitSquare.Begin(html, "ROC curves", $"ROC curves of {shown.Length} classes; area under the curve: "
            + string.Join(", ", shown.Select(c => $"{Name(c)} {Text.Metric(metrics.PerClass[c].Auc)}")));
        UnitSquare.Dash(html, 0, 0, 1, 1);
        foreach (int c in shown)
            UnitSquare.Curve(html, c, metrics.Examples.Ranked(c).RocPoints(metrics.Examples), $"{Name(c)}: AUC {Text.Metric(metrics.PerClass[c].Auc)}");
        UnitSquare.End(html, "others taken for the class (1 − specificity)", shown.Select(c => (c, $"{Name(c)} {Text.Metric(metrics.PerClass[c].Auc)}")),
            "Upwards: share of the class that is found (recall). The number is the area under the curve.");

        string Name(int label) => Html.Escape(metrics.Labels[label]);
    }
}
