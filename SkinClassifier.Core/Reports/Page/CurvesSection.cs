using System.Text;
using SkinClassifier.Models;

namespace SkinClassifier.Reports.Page;

/// <summary>Loss and accuracy over the epochs.</summary>
internal static class CurvesSection
{
    public static void Write(StringBuilder html, TrainingHistory history)
    {
        IReadOnlyList<TrainingEpoch> epochs = history.Epochs;
        List<(int Start, string Name)> phases = [];
        for (int i = 0; i < epochs.Count; i++)
            if (i == 0 || epochs[i].Phase != epochs[i - 1].Phase)
                phases.Add((i, epochs[i].Phase));
        int best =
            epochs.Index().Where(e => e.Item.Phase == history.BestPhase && e.Item.Epoch == history.BestEpoch).Select(e => e.Index).DefaultIfEmpty(-1).Last();
        double seconds = epochs.Sum(e => e.Seconds);
        html.Append($"<section class=\"card\">\n<h2>Training</h2>\n"
            + $"<p class=\"note\">{epochs.Count} epochs, {Duration(seconds)} in "
            + $"all."
            + $"{(best >= 0 ? $" The model has the weights of epoch {epochs[best].Epoch} ({Html.Escape(epochs[best].Phase)}), the dashed line."
                : "")}</p>\n<div class=\"charts\">\n");
        LineChart.Write(html, "Loss", [.. epochs.Select(e => (double?)e.TrainLoss)], [.. epochs.Select(e => e.ValidationLoss)], phases, best, share: false);
        LineChart.Write(
            html, "Accuracy", [.. epochs.Select(e => (double?)e.TrainAccuracy)], [.. epochs.Select(e => e.ValidationAccuracy)], phases, best, share: true);
        html.Append("</div>\n<ul class=\"legend\"><li><span class=\"f-train\"></span>training images, while training</li>");
        if (epochs.Any(e => e.ValidationLoss.HasValue))
            html.Append("<li><span class=\"f-val\"></span>validation images, after the epoch: dashed</li>");
        html.Append("</ul>\n");
        ChartTable.Write(html, "Training", ["epoch", "phase", "loss, training", "loss, validation", "correct, training", "correct, validation"],
            epochs.Select(e => (string[])[$"{e.Epoch}", e.Phase, Text.Metric(e.TrainLoss), Text.Metric(e.ValidationLoss), Text.Percent(e.TrainAccuracy),
                Text.Percent(e.ValidationAccuracy)]));
        html.Append("</section>\n");
    }

    private static string Duration(double seconds) =>
        seconds < 90 ? $"{Html.N(Math.Round(seconds, 1))} s" : seconds < 5400 ? $"{Html.N(Math.Round(seconds / 60, 1))} min"
        : $"{Html.N(Math.Round(seconds / 3600, 1))} h";
}
