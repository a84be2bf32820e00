using System.Globalization;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Reports;

/// <summary>The CSV files of a run (RFC 4180, UTF-8). Every file appears whole or not at all.</summary>
internal static class RunTables
{
    /// <summary>predictions.csv: <c>path,label,predicted,</c> then one probability per class, named as the class.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metrics">Actual classes and scores.</param>
    /// <param name="examples">The images in the same order.</param>
    /// <exception cref="ArgumentException">Examples and metrics do not belong together.</exception>
    public static void WritePredictions(string path, ImageClassificationMetrics metrics, IReadOnlyList<ImageExample> examples)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(examples);
        if (examples.Count != metrics.Count)
            throw new ArgumentException($"WritePredictions: expected {metrics.Count} examples, received {examples.Count}.", nameof(examples));
        ScoredExamples scored = metrics.Examples;
        CsvText csv = new(["path", "label", "predicted", .. metrics.Labels]);
        string[] row = new string[3 + scored.Classes];
        for (int i = 0; i < examples.Count; i++)
        {
            row[0] = examples[i].Path;
            row[1] = scored.Labels[scored.Actual[i]];
            row[2] = scored.Labels[scored.Predicted[i]];
            ReadOnlySpan<float> scores = scored.Scores(i);
            for (int c = 0; c < scores.Length; c++)
                row[3 + c] = CsvText.Number(scores[c]);
            csv.Row(row);
        }
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>
    /// decisions.csv: <c>path,label,predicted,confidence,decision,predictionSet,reasons,familiarity</c>; decision is answer or abstain, several
    /// classes of a set or codes of reasons have | between.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="metrics">Actual classes and scores.</param>
    /// <param name="examples">The images in the same order.</param>
    /// <param name="reached">What decides, and what its checks say of the images.</param>
    public static void WriteDecisions(string path, ImageClassificationMetrics metrics, IReadOnlyList<ImageExample> examples, PolicyMetrics reached)
    {
        ScoredExamples scored = metrics.Examples;
        CsvText csv = new("path", "label", "predicted", "confidence", "decision", "predictionSet", "reasons", "familiarity");
        bool[] has = new bool[scored.Classes];
        PredictionPolicy policy = reached.Policy;
        for (int i = 0; i < examples.Count; i++)
        {
            ReadOnlySpan<float> scores = scored.Scores(i);
            int predicted = scored.Predicted[i];
            AbstentionCauses causes = policy.Judge(scores, predicted, has);
            string[] set = [.. scored.Labels.Where((_, c) => has[c])];
            ImageFindings? found = reached.Findings?[i];
            PredictionReason[] reasons = [.. found?.Reasons() ?? [], .. policy.Reasons(causes, scored.Labels, scores, predicted, set)];
            csv.Row(examples[i].Path, scored.Labels[scored.Actual[i]], scored.Labels[predicted], CsvText.Number(scores[predicted]),
                reasons.Length == 0 ? "answer" : "abstain", string.Join('|', set), string.Join('|', reasons.Select(r => r.Code)),
                found?.Familiarity is { } familiarity ? CsvText.Number(familiarity.Familiarity) : "");
        }
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>splits.csv: <c>path,label,group,part</c> for every image; part is train, validation or test; group is empty where there is none.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="splits">The sets.</param>
    public static void WriteSplits(string path, DatasetSplits splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        CsvText csv = new("path", "label", "group", "part");
        foreach ((ImageDataset split, string name) in Named(splits))
            foreach (ImageExample example in split.Examples)
                csv.Row(example.Path, example.Label, example.Group ?? "", name);
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>splits.csv with other names of sets, for example fold1, fold2 …: <c>path,label,group,part</c> for every image.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="splits">Name and images of every part.</param>
    public static void WriteSplits(string path, IEnumerable<KeyValuePair<string, IReadOnlyList<ImageExample>>> splits)
    {
        ArgumentNullException.ThrowIfNull(splits);
        CsvText csv = new("path", "label", "group", "part");
        foreach ((string name, IReadOnlyList<ImageExample> examples) in splits)
            foreach (ImageExample example in examples)
                csv.Row(example.Path, example.Label, example.Group ?? "", name);
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>skipped.csv: <c>path,reason</c>. With nothing skipped there is no file, and one of an earlier run is removed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skipped">The files that were not used.</param>
    public static void WriteSkipped(string path, IReadOnlyList<SkippedFile> skipped)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        if (skipped.Count == 0)
        {
            File.Delete(path);
            return;
        }
        CsvText csv = new("path", "reason");
        foreach (SkippedFile file in skipped)
            csv.Row(file.Path, file.Reason);
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>
    /// history.csv: <c>epoch,phase,trainLoss,trainAccuracy,validationLoss,validationAccuracy,learningRate,seconds</c>; a metric that is absent is
    /// empty.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="history">The epochs.</param>
    public static void WriteHistory(string path, TrainingHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        CsvText csv = new("epoch", "phase", "trainLoss", "trainAccuracy", "validationLoss", "validationAccuracy", "learningRate", "seconds");
        foreach (TrainingEpoch e in history.Epochs)
            csv.Row(e.Epoch.ToString(CultureInfo.InvariantCulture), e.Phase, CsvText.Number(e.TrainLoss), CsvText.Number(e.TrainAccuracy),
                CsvText.Number(e.ValidationLoss),
                CsvText.Number(e.ValidationAccuracy), CsvText.Number(e.LearningRate), e.Seconds.ToString("0.###", CultureInfo.InvariantCulture));
        AtomicFile.WriteText(path, csv.ToString());
    }

    internal static (ImageDataset Split, string Name)[] Named(DatasetSplits splits) =>
        [(splits.Train, "train"), (splits.Validation, "validation"), (splits.Test, "test")];
}
