using System.Globalization;
using System.Text;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Reports;

/// <summary>model-card.md: what the model is, what it was trained on, its scores and its limits.</summary>
internal static class ModelCard
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="report">The run.</param>
    public static void Write(string path, RunReport report) => AtomicFile.WriteText(path, Create(report));

    /// <summary>The card as Markdown.</summary>
    /// <param name="report">The run.</param>
    public static string Create(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        ImageClassificationMetrics metrics = report.Metrics;
        StringBuilder text = new();
        text.Append($"# {Plain(report.Title)}\n\n> **{Text.MedicalHeadline}** {Text.MedicalNotice}\n\n## What it is\n\n");
        text.Append($"An image classifier with {metrics.Labels.Count} classes: {string.Join(", ", metrics.Labels.Select(Code))}.\n");
        if (report.Manifest is { } manifest)
        {
            text.Append($"Network: {Code(manifest.Backbone)}, input {manifest.Width}×{manifest.Height} pixels, resize "
                + $"{manifest.Preprocessing.Resize}"
                + $"{(manifest.Preprocessing.ColorConstancy is "none" or null ? ""
                    : $", color constancy {manifest.Preprocessing.ColorConstancy} inside the network")}.\n");
            if (manifest.TestTimeAugmentation > 1)
                text.Append(
                    CultureInfo.InvariantCulture, $"Scores are the mean over {manifest.TestTimeAugmentation} views of the image (test-time augmentation).\n");
            text.Append($"Predicted class: {Plain(ModelCardText.Decision(manifest))}. {Text.WhichRule}\n");
            text.Append(manifest.WeightsHash is { } hash ? $"Started from pretrained weights ({ModelCardText.License(manifest)}, SHA-256 {Code(hash)}).\n"
                : "Trained from scratch, without pretrained weights.\n");
            text.Append(CultureInfo.InvariantCulture, $"Made by SkinClassifier {manifest.ProductVersion}, seed {manifest.Seed}.\n");
        }
        WriteData(text, report);
        WriteScores(text, report);
        WritePolicy(text, report.Policy);
        text.Append("""

            ## Limits

            - The metrics hold for images like those it was measured on: same kind of camera, same kinds of people, same share of each class.
              They say nothing about others.
            - It always names one of its classes, also for an image that shows none of them.
            - Skin tones, body sites, ages and cameras that are rare in the training images are likely to be judged worse.
            - Probabilities are estimates; the report shows how well they match the share of correct answers.

            ## Intended use

            Research, teaching, and as one hint among others for people who can judge it. Not for deciding without a professional, and not for self-diagnosis.

            """.ReplaceLineEndings("\n"));
        return text.ToString();
    }

    private static void WriteData(StringBuilder text, RunReport report)
    {
        if (report.Splits is not { } splits)
            return;
        text.Append("\n## Training data\n\n| class | train | validation | test |\n|---|--:|--:|--:|\n");
        int[][] counts = [.. RunTables.Named(splits).Select(p => p.Split.CountByLabel())];
        for (int c = 0; c < splits.Train.Labels.Count; c++)
            text.Append($"| {Cell(splits.Train.Labels[c])} | {Text.Whole(counts[0][c])} | {Text.Whole(counts[1][c])} | {Text.Whole(counts[2][c])} |\n");
        text.Append($"| all | {Text.Whole(counts[0].Sum())} | {Text.Whole(counts[1].Sum())} | {Text.Whole(counts[2].Sum())} |\n");
        bool grouped = splits.Train.Examples.Any(e => e.Group is not null);
        text.Append(grouped ? "\nImages of one group (for example one lesion) are in one set only.\n"
            : "\nThe images have no groups: several images of one lesion or person may be in different sets, which makes metrics look better than they are.\n");
        if (report.Skipped.Count > 0)
            text.Append($"\n{Text.Whole(report.Skipped.Count)} files could not be used; skipped.csv says why.\n");
    }

    private static void WriteScores(StringBuilder text, RunReport report)
    {
        ImageClassificationMetrics metrics = report.Metrics;
        text.Append($"\n## Scores on {Text.Whole(metrics.Count)} images ({Plain(report.MeasuredOn)})\n\n| metric | value | 95 % interval |\n|---|--:|--:|\n");
        foreach (IMetric metric in MetricCatalog.For(metrics.Labels.Count))
            text.Append(
                $"| {Text.Title(metric.Name)} ({Text.Meaning(metric.Name)}) | {Text.Metric(metrics[metric.Name])} | {Text.Interval(metrics, metric.Name)} |\n");
        text.Append("\n| class | examples | precision | recall | 95 % of recall | specificity | F1 | AUC |\n|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach ((int index, ClassMetrics c) in metrics.PerClass.Index())
            text.Append($"| {Cell(c.Label)} | {Text.Whole(c.Support)} | {Text.Metric(c.Precision)} | {Text.Metric(c.Recall)} | "
                + $"{Text.Interval(metrics.RecallIntervals[index])} | {Text.Metric(c.Specificity)} | {Text.Metric(c.F1)} | {Text.Metric(c.Auc)} |\n");
    }

    private static void WritePolicy(StringBuilder text, PolicyMetrics? reached)
    {
        if (reached is null)
            return;
        text.Append($"\n## Answers and prediction sets\n\nThe policy: {Plain(reached.Policy.ToString())}.\n\n| on the same images | value | 95 % interval |\n"
            + $"|---|--:|--:|\n| images that are answered | {Text.Percent(reached.AnsweredShare)} | |\n"
            + $"| wrong answers | {Text.Percent(reached.ErrorAmongAnswers)} | {Text.Interval(reached.ErrorInterval)} |\n"
            + $"| classes in a set, on average | {Text.Metric(reached.MeanSetSize)} | |\n");
        foreach (ClassCoverage c in reached.PerClass)
            text.Append(
                $"| sets that have {Cell(c.Label)}, of {Text.Whole(c.Images)} images of it | {Text.Percent(c.Share)} | {Text.Interval(c.Interval)} |\n");
    }

    private static string Plain(string text) => text.ReplaceLineEndings(" ");

    private static string Cell(string text) => Plain(text).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Code(string text) => $"`{Plain(text).Replace('`', '\'')}`";
}
