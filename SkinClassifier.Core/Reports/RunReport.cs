using SkinClassifier.Audit;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Reports;

/// <summary>
/// Everything that the files of a run (metrics.json, predictions.csv, report.html …) are made from. Only <see cref="Metrics"/> and
/// <see cref="Examples"/> are needed; what is absent is left out of the files.
/// </summary>
internal sealed record RunReport
{
    /// <summary>Headline of the page and the card. Default "Image classifier".</summary>
    public string Title { get; init; } = "Image classifier";

    /// <summary>Which images the metrics are for, for example "test set of ham10000". Default "test set".</summary>
    public string MeasuredOn { get; init; } = "test set";

    /// <summary>The metrics.</summary>
    public required ImageClassificationMetrics Metrics { get; init; }

    /// <summary>The images that the metrics were computed from, in the same order.</summary>
    public required IReadOnlyList<ImageExample> Examples { get; init; }

    /// <summary>Files that were not used, with reasons. Default: none.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; init; } = [];

    /// <summary>Train, validation and test set; null for an evaluation.</summary>
    public DatasetSplits? Splits { get; init; }

    /// <summary>Course of the training; null for an evaluation.</summary>
    public TrainingHistory? History { get; init; }

    /// <summary>The model's manifest.</summary>
    public ModelManifest? Manifest { get; init; }

    /// <summary>Options and other facts of the run in the order in which they are shown: name → value. An empty value is left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Options { get; init; } = [];

    /// <summary>Options that were left as they are; they are shown after the others. Default: none.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> UnchangedOptions { get; init; } = [];

    /// <summary>Folds of a cross-validation; <see cref="Metrics"/> are then over all of them. Default: none.</summary>
    internal IReadOnlyList<FoldMetrics> Folds { get; init; } = [];

    /// <summary>What was tried before the training; null when nothing was.</summary>
    internal Leaderboard? Leaderboard { get; init; }

    /// <summary>Doubtful things, each a sentence (<see cref="ImageDataset.Warnings"/>).</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Images that are both trained from and measured; null when it is not known.</summary>
    public ContentLeaks? Leaks { get; init; }

    /// <summary>Pairs of near copies in different sets; null when they were not looked for.</summary>
    internal int? NearCopies { get; init; }

    /// <summary>What the model's policy reaches on the measured images; null without one, and where they are those that it was fitted on.</summary>
    public PolicyMetrics? Policy { get; init; }

    /// <summary>
    /// The model that gave the scores; with it report.html shows heat maps of the most confident mistakes. Default null: it shows none.
    /// </summary>
    public ImageClassificationModel? Model { get; init; }

    /// <summary>How <see cref="Model"/> runs for the heat maps, and how images are read.</summary>
    internal ImagePredictionOptions Engine { get; init; } = new();

    /// <summary>
    /// Mean share of the five most similar training images that have the class of the image; null for a model without a gallery.
    /// </summary>
    public double? NeighborAgreement { get; init; }

    /// <summary>What corrupted images do to the accuracy; null where it was not measured.</summary>
    public RobustnessMetrics? Robustness { get; init; }

    /// <summary>
    /// Share that a class, or a class of the hierarchy, has where the model is going to be used, above 0 and below 1: for predictive values and net benefit.
    /// Default: none is stated; the share of the measured images counts.
    /// </summary>
    public IReadOnlyDictionary<string, double> Prevalences { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// Classes above the classes; metrics are given at every level. Default null: <see cref="ClassHierarchy.Isic"/> where it fits the classes.
    /// </summary>
    public ClassHierarchy? Hierarchy { get; init; }

    /// <summary>
    /// Columns of the images' metadata for which the metrics are given by value, beside those that are always looked at: age, sex, site, kind of diagnosis,
    /// skin tone. "ita-proxy" is an angle that is computed from pixels. Default: none.
    /// </summary>
    public IReadOnlyList<string> SubgroupColumns { get; init; } = [];

    /// <summary>The run's config.json, which tells the model card versions, threads and options. Default null: the card leaves them out.</summary>
    internal string? ConfigurationFile { get; init; }

    /// <summary>Whether report.html shows example images. Default: true.</summary>
    public bool ShowImages { get; init; } = true;

    /// <summary>A report on an evaluation: its metrics, images and skipped files.</summary>
    /// <param name="evaluation">What a model said about a dataset.</param>
    public static RunReport From(ModelEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        return new RunReport
        {
            Metrics = evaluation.Metrics,
            Examples = evaluation.Examples,
            Skipped = evaluation.Skipped,
            Policy = evaluation.Policy,
            NeighborAgreement = evaluation.NeighborAgreement,
        };
    }

    /// <summary>
    /// Writes metrics.json, predictions.csv, report.html and, where there is something to write, predictions-level1.csv …, decisions.csv, skipped.csv,
    /// history.csv, splits.csv, folds.csv, label-suspects.csv and model-card.md. Every file appears whole or not at all. A skipped.csv of an earlier run is
    /// removed when nothing was skipped.
    /// </summary>
    /// <param name="folder">The output folder; created when absent.</param>
    /// <exception cref="ArgumentException">Examples and metrics do not belong together.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(string folder) => Write(folder, null);

    /// <inheritdoc cref="Write(string)"/>
    /// <param name="folder">The output folder; created when absent.</param>
    /// <param name="figures">What was computed for this report. Default null: it is computed.</param>
    internal void Write(string folder, ReportFigures? figures)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Check();
        figures ??= new ReportFigures(this);
        Directory.CreateDirectory(folder);
        AtomicFile.Write(Path.Combine(folder, "metrics.json"), stream => WriteMetrics(stream, figures));
        foreach (HierarchyLevel level in figures.Levels)
            RunTables.WritePredictions(Path.Combine(folder, $"predictions-level{level.Level}.csv"), level.Metrics, Examples);
        RunTables.WritePredictions(Path.Combine(folder, "predictions.csv"), Metrics, Examples);
        if (Policy is not null)
            RunTables.WriteDecisions(Path.Combine(folder, "decisions.csv"), Metrics, Examples, Policy);
        RunTables.WriteSkipped(Path.Combine(folder, "skipped.csv"), Skipped);
        if (Splits is not null)
            RunTables.WriteSplits(Path.Combine(folder, "splits.csv"), Splits);
        if (History is not null)
            RunTables.WriteHistory(Path.Combine(folder, "history.csv"), History);
        if (Folds.Count > 0)
        {
            FoldTable.Write(Path.Combine(folder, "folds.csv"), Folds);
            LabelSuspectsFile.Write(Path.Combine(folder, LabelSuspectsFile.Name), figures.Suspects, Examples, Metrics.Labels);
        }
        Leaderboard?.WriteCsv(Path.Combine(folder, "leaderboard.csv"));
        if (Manifest is not null)
            ModelCard.Write(Path.Combine(folder, "model-card.md"), this, figures);
        AtomicFile.WriteText(Path.Combine(folder, "report.html"), ReportPage.Create(this, figures));
    }

    /// <summary>Writes what metrics.json has.</summary>
    internal void WriteMetrics(Stream stream, ReportFigures figures) => MetricsJson.Write(stream, Metrics, Leaks, Policy, NeighborAgreement, json =>
    {
        OperatingFields.Write(json, figures);
        SubgroupFields.Write(json, figures.Subgroups, Metrics.Labels);
        RobustnessFields.Write(json, Robustness);
        json.WriteString("measuredOn", MeasuredOn);
    });

    internal void Check()
    {
        if (Examples.Count != Metrics.Count)
            throw new ArgumentException($"RunReport: expected one example per measured image ({Metrics.Count}), received {Examples.Count}.");
    }
}
