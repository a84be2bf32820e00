using System.Text;
using SkinClassifier.Metrics;

namespace SkinClassifier.Reports.Page;

/// <summary>Precision-recall curves, one class against the rest.</summary>
internal static class PrecisionRecallChart
{
    public static void Write(StringBuilder html, ImageClassificationMetrics metrics, IReadOnlyList<ClassOperatingPoints> classes)
    {
        int[] shown = UnitSquare.Shown(classes.Index().Where(c => c.Item.PrecisionRecall.Count > 0).Select(c => (c.Index, c.Item.Support)));
        if (shown.Length == 0)
            return;
        UnitSquare.Begin(html, "Precision and recall", $"Precision-recall curves of {shown.Length} classes; average precision: "
            + string.Join(", ", shown.Select(Entry)));
        foreach (int c in shown)
            UnitSquare.Curve(html, c, classes[c].PrecisionRecall, Entry(c));
        UnitSquare.End(html, "share of the class that is found (recall)", shown.Select(c => (c, Entry(c))),
            "Upwards: share of the images taken for the class that are of it (precision), which depends on how frequent the class is here. The number is the "
            + "average precision.");

        string Entry(int label) => $"{Html.Escape(classes[label].Label)} {Text.Metric(metrics.PerClass[label].AveragePrecision)}";
    }
}
