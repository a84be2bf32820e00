using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;

namespace SkinClassifier.Trainers.Selection;

/// <summary>
/// Trains k models, each on all folds but one, and measures each on the fold it has not seen. Folds are stratified by class; groups stay together.
/// </summary>
public sealed class CrossValidation
{
    private readonly ImageClassificationTrainerOptions _options;

    /// <summary>Creates a cross-validation with a trainer's options and checks them. A validation part is cut off the training folds of each model.</summary>
    /// <exception cref="ArgumentException">Options are out of their ranges, or name a validation set or a checkpoint, which cannot serve several trainings.</exception>
    public CrossValidation(ImageClassificationTrainerOptions? options = null)
    {
        _options = options ?? new ImageClassificationTrainerOptions();
        TrainerOptionsCheck.Check(_options);
        if (_options.ValidationSet is not null || _options.CheckpointPath is not null)
            throw new ArgumentException("CrossValidation: expected no ValidationSet and no CheckpointPath; they cannot serve several trainings.", nameof(options));
    }

    /// <summary>Number of folds k; default 5, at least 2.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Trains and measures.</summary>
    /// <exception cref="ArgumentException">Fewer than two folds, or the data cannot be learnt; see <see cref="ImageClassificationTrainer.Fit"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public CrossValidationResult Run(ImageDataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Folds < 2)
            throw new ArgumentException($"CrossValidation: expected at least 2 folds, received {Folds}.");
        int[] fold = StratifiedFolds.Assign(data.Examples, data.Labels.Count, Folds, _options.Seed);
        List<CrossValidationFold> done = [];
        for (int f = 0; f < Folds; f++)
        {
            ImageDataset train = data.Subset(data.Examples.Where((_, i) => fold[i] != f)), test = data.Subset(data.Examples.Where((_, i) => fold[i] == f));
            _options.MetricsCallback?.Invoke(new TrainingMetrics { Kind = TrainingMetricsKind.Message, Text = $"fold {f + 1} of {Folds}: {train.Examples.Count} pictures to learn from, {test.Examples.Count} to measure" });
            ImageClassificationModel model = new ImageClassificationTrainer(_options).Fit(train, cancellation);
            cancellation.ThrowIfCancellationRequested();
            done.Add(new CrossValidationFold(f + 1, model, model.Evaluate(test, new EvaluationOptions { Threads = _options.Threads, CancellationToken = cancellation })));
        }
        return new CrossValidationResult(data, done);
    }
}

/// <summary>The folds of a cross-validation and the figures over all pictures, each scored by the model that had not seen it.</summary>
public sealed class CrossValidationResult
{
    private readonly ImageDataset _data;

    internal CrossValidationResult(ImageDataset data, IReadOnlyList<CrossValidationFold> folds)
    {
        _data = data;
        Folds = folds;
        List<int> actual = [];
        List<float> scores = [];
        List<string?> groups = [];
        foreach (ModelEvaluation evaluation in folds.Select(f => f.Evaluation))
            for (int i = 0; i < evaluation.Examples.Count; i++)
            {
                actual.Add(evaluation.Actual[i]);
                scores.AddRange(evaluation.ScoresOf(i));
                groups.Add(evaluation.Examples[i].Group);
            }
        Metrics = MulticlassClassificationMetrics.Compute(data.Labels, [.. actual], [.. scores], groups.Any(g => g is not null) ? groups : null);
    }

    /// <summary>The folds.</summary>
    public IReadOnlyList<CrossValidationFold> Folds { get; }

    /// <summary>Figures over all pictures.</summary>
    public MulticlassClassificationMetrics Metrics { get; }

    /// <summary>One model that gives the mean of the folds' probabilities.</summary>
    public ImageClassificationModel ToEnsemble()
    {
        int[] counts = _data.CountByLabel();
        ImageClassificationModel model = ModelEnsemble.Combine([.. Folds.Select(f => f.Model)]);
        return model.With(model.Manifest with { TrainedOn = Enumerable.Range(0, counts.Length).ToDictionary(c => _data.Labels[c], c => counts[c]) });
    }
}
