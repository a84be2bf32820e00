using System.Diagnostics;
using SkinClassifier.Compare.Output;
using SkinClassifier.Compare.Splits;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Compare.Methods;

/// <summary>The library's own trainer: a head on frozen features, or the whole network.</summary>
internal static class TrainerMethod
{
    /// <param name="name">What is trained, for the progress.</param>
    /// <param name="options">The options; those of the fold are added.</param>
    /// <param name="fold">The images.</param>
    /// <param name="features">The features that lie in the workspace already; their time counts for the training.</param>
    /// <param name="budget">Longest time of the training; null: as long as it takes.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static FoldScores Run(string name, ImageClassificationTrainerOptions options, Fold fold, FeatureRows? features, TimeSpan? budget,
        ProgressLines progress, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (budget is { } time)
            limit.CancelAfter(time);
        Stopwatch watch = Stopwatch.StartNew();
        ImageClassificationModel model = new ImageClassificationTrainer(options with
        {
            ValidationSet = fold.Validation,
            MetricsCallback = metrics => Show(name, metrics, progress),
        }).Fit(fold.Train, limit.Token);
        cancellationToken.ThrowIfCancellationRequested();
        bool stopped = limit.IsCancellationRequested;
        double training = watch.Elapsed.TotalSeconds + (features?.SecondsPerImage ?? 0) * (fold.Train.Examples.Count + fold.Validation.Examples.Count);
        watch.Restart();
        ModelEvaluation evaluation = model.Evaluate(fold.Test, new EvaluationOptions
        {
            Threads = options.Threads,
            Seed = options.Seed,
            Progress = (done, total) => progress.Report($"{name}: measure", done, total),
            CancellationToken = cancellationToken,
        });
        double perImage = watch.Elapsed.TotalSeconds / fold.Test.Examples.Count;
        int classes = fold.Test.Labels.Count;
        float[] scores = new float[evaluation.Examples.Count * classes];
        for (int i = 0; i < evaluation.Examples.Count; i++)
            evaluation.ScoresOf(i).CopyTo(scores.AsSpan(i * classes));
        using MemoryStream file = new();
        model.Save(file, new ModelSaveOptions { IncludeMlNet = false });
        return new FoldScores(scores, training, 1000 * perImage, file.Length / 1e6, stopped ? "stopped by --time-budget" : null);
    }

    private static void Show(string name, TrainingMetrics metrics, ProgressLines progress)
    {
        if (metrics.Kind == TrainingMetricsKind.Progress && metrics.Total > 0)
        {
            int epochs = Math.Max(metrics.Epochs, 1), before = Math.Max(metrics.Epoch - 1, 0);
            progress.Report($"{name}: {metrics.Phase}", before * (double)metrics.Total + metrics.Done, epochs * (double)metrics.Total);
        }
        else if (metrics.Kind == TrainingMetricsKind.Warning)
            progress.Warn($"{name}: {metrics.Text}");
    }
}
