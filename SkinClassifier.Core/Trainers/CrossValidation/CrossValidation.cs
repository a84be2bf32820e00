using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Trainers;

/// <summary>
/// Trains k models, each on all folds but one, and measures each on the fold it has not seen. Folds are stratified by class; groups stay together.
/// Features of a frozen backbone are computed once and shared by the folds.
/// </summary>
public sealed class CrossValidation
{
    private readonly ImageClassificationTrainerOptions _options;

    /// <summary>Creates a cross-validation with a trainer's options and checks them. A validation set is cut off the training folds of each model.</summary>
    /// <exception cref="ArgumentException">Options are out of their ranges, or name a validation set, which cannot serve several trainings.</exception>
    public CrossValidation(ImageClassificationTrainerOptions? options = null)
    {
        _options = options ?? new ImageClassificationTrainerOptions();
        TrainerOptionsCheck.Check(_options);
        TrainerOptionsCheck.RefuseGroup(_options, nameof(CrossValidation));
        if (_options.ValidationSet is not null)
            throw new ArgumentException("CrossValidation: expected no ValidationSet; it cannot serve several trainings.", nameof(options));
    }

    /// <summary>Number of folds k; default 5, at least 2.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Gives the model of a fold (1-based) that is already trained, or null; so a stopped run can continue. Default: no fold is trained yet.</summary>
    public Func<int, ImageClassificationModel?>? Trained { get; init; }

    /// <summary>
    /// Takes the model of a fold (1-based) as soon as it is trained and gives back the one to go on with, for example read again from where it was
    /// saved. Default: nothing happens.
    /// </summary>
    public Func<int, ImageClassificationModel, ImageClassificationModel>? FoldTrained { get; init; }

    /// <summary>The best model so far of the fold in which <see cref="Run"/> was cancelled; null otherwise.</summary>
    public ImageClassificationModel? Interrupted { get; private set; }

    /// <summary>Trains and measures.</summary>
    /// <exception cref="ArgumentException">Fewer than two folds, more folds than the groups of the data allow, or the data cannot be trained; see
    /// <see cref="ImageClassificationTrainer.Fit"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public CrossValidationResult Run(ImageDataset data, CancellationToken cancellationToken = default)
    {
        List<CrossValidationFold> done = [];
        ImageClassificationTrainerOptions options = Train(data, _ => true, (fold, train, test, model) => done.Add(new CrossValidationFold(
            fold, train.Examples.Count, model, model.Evaluate(test,
                new EvaluationOptions { Threads = _options.Threads, Seed = _options.Seed, CancellationToken = cancellationToken }))), cancellationToken);
        return new CrossValidationResult(data, done, _options.Seed, (scores, actual) => new DecisionChoice([.. data.Labels], data.CountByLabel(),
            options.ClassBalance).Choose(options.Decision, scores, actual, "all folds", text => Report(TrainingMetricsKind.Warning, text)), Calibrate);

        PredictionPolicy? Calibrate(CalibrationImages images)
        {
            PredictionPolicy? policy = options.Policy is not { } wanted ? null : PredictionPolicy.Fit(
                images, wanted, $"all folds, {images.Count} images", text => Report(TrainingMetricsKind.Warning, text));
            if (policy is not null)
                Report(TrainingMetricsKind.Message, $"policy: {policy}");
            return policy;
        }
    }

    /// <summary>Trains some of the folds and measures nothing.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="chosen">Which folds, 1-based.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentException">As of <see cref="Run"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal void Train(ImageDataset data, Func<int, bool> chosen, CancellationToken cancellationToken) =>
        Train(data, chosen, (_, _, _, _) => { }, cancellationToken);

    /// <summary>
    /// Why a dataset cannot be dealt into so many folds, in a sentence with the numbers; null when it can. <see cref="Run"/> checks it before
    /// anything is trained.
    /// </summary>
    /// <param name="data">The dataset; images of one group stay together.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    /// <param name="seed">Seed that deals the groups. Default 1.</param>
    public static string? Problem(ImageDataset data, int folds, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        return StratifiedFolds.Problem(data.Examples, data.Labels, folds, seed);
    }

    private void Report(TrainingMetricsKind kind, string text) => _options.MetricsCallback?.Invoke(new TrainingMetrics { Kind = kind, Text = text });

    /// <summary>Deals the folds, and trains those that are chosen and not trained yet; gives the options that they were trained with.</summary>
    private ImageClassificationTrainerOptions Train(ImageDataset data, Func<int, bool> chosen,
        Action<int, ImageDataset, ImageDataset, ImageClassificationModel> trained, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Folds < 2)
            throw new ArgumentException($"CrossValidation: expected at least 2 folds, received {Folds}.");
        if (Problem(data, Folds, _options.Seed) is { } problem)
            throw new ArgumentException($"CrossValidation.Folds: {problem}", nameof(data));
        foreach ((int scarce, int groups) in StratifiedFolds.Scarce(data.Examples, data.Labels.Count, Folds))
            Report(TrainingMetricsKind.Warning,
                $"class '{data.Labels[scarce]}' has images in {groups} groups only: {Folds - groups} of {Folds} folds or more cannot measure it");
        int[] fold = StratifiedFolds.Assign(data.Examples, Folds, _options.Seed);
        ImageClassificationTrainerOptions options = OpenOptions.Choose(_options, data, text => Report(TrainingMetricsKind.Message, text));
        string? temporary = _options.WorkspacePath is null ? Path.Combine(Path.GetTempPath(), $"skinclassifier-folds-{Guid.NewGuid():N}") : null;
        try
        {
            foreach (int f in Enumerable.Range(0, Folds).Where(f => chosen(f + 1)))
            {
                ImageDataset train = data.Subset(data.Examples.Where((_, i) => fold[i] != f)), test = data.Subset(data.Examples.Where((_, i) => fold[i] == f));
                ImageClassificationModel? model = Trained?.Invoke(f + 1);
                Report(TrainingMetricsKind.Message, $"fold {f + 1} of {Folds}: {train.Examples.Count} images to train on, {test.Examples.Count} to "
                    + $"measure{(model is null ? "" : "; already trained")}");
                model ??= Train(options with { WorkspacePath = _options.WorkspacePath ?? temporary, KeepGallery = false, FitChecks = false }, f + 1,
                    train, cancellationToken);
                trained(f + 1, train, test, model);
            }
        }
        finally
        {
            if (temporary is not null && Directory.Exists(temporary))
                Directory.Delete(temporary, recursive: true);
        }
        return options;
    }

    private ImageClassificationModel Train(ImageClassificationTrainerOptions options, int fold, ImageDataset train, CancellationToken cancellationToken)
    {
        // The folds' scores together make the policy; one of a fold would only cost time.
        options = options with { CheckpointPath = _options.CheckpointPath is { } folder ? Path.Combine(folder, $"fold-{fold}") : null, Policy = null };
        ImageClassificationModel model = new ImageClassificationTrainer(options).Fit(train, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            Interrupted = model;
            throw new OperationCanceledException(cancellationToken);
        }
        return FoldTrained?.Invoke(fold, model) ?? model;
    }
}

/// <summary>The folds of a cross-validation and the metrics over all images, each scored by the model that had not seen it.</summary>
public sealed class CrossValidationResult
{
    private readonly ImageDataset _data;

    internal CrossValidationResult(
        ImageDataset data, IReadOnlyList<CrossValidationFold> folds, ulong seed, Func<float[], int[], ModelDecision> choose,
        Func<CalibrationImages, PredictionPolicy?> calibrate)
    {
        _data = data;
        Folds = folds;
        List<int> actual = [], predicted = [], balanced = [];
        List<float> scores = [];
        List<string?> groups = [];
        foreach (ModelEvaluation evaluation in folds.Select(f => f.Evaluation))
            for (int i = 0; i < evaluation.Examples.Count; i++)
            {
                actual.Add(evaluation.Actual[i]);
                predicted.Add(evaluation.PredictedIndex(i));
                if (evaluation.Balanced is { } rule)
                    balanced.Add(rule.Decide(evaluation.ScoresOf(i)));
                scores.AddRange(evaluation.ScoresOf(i));
                groups.Add(evaluation.Examples[i].Group);
            }
        ScoredExamples examples = new(data.Labels, [.. actual], [.. scores]);
        Metrics = ImageClassificationMetrics.Of(examples.WithPredicted([.. predicted]),
            string.Join(", ", folds.Select(f => f.Evaluation.Decision.Name).Distinct()),
            balanced.Count == actual.Count ? [.. balanced] : null, groups.Any(g => g is not null) ? groups : null, seed);
        Decision = choose([.. scores], [.. actual]);
        DecisionRule chosen = Decision.ToRule(DecisionRule.PriorCorrected(Decision.Prior!, Decision.Exponent!.Value));
        Policy = calibrate(CalibrationImages.Of(data.Labels, [.. scores], [.. actual], chosen, groups.Any(g => g is not null) ? groups : null));
    }

    /// <summary>The folds.</summary>
    public IReadOnlyList<CrossValidationFold> Folds { get; }

    /// <summary>All images that could be read, in the order of <see cref="Metrics"/>: fold by fold.</summary>
    public IReadOnlyList<ImageExample> Examples => [.. Folds.SelectMany(f => f.Evaluation.Examples)];

    /// <summary>Mean and standard deviation of a metric over the folds, by its name in metrics.json.</summary>
    public MetricSpread Spread(string metric) => MetricSpread.Of(Folds.Select(f => f.Metrics), metric);

    /// <summary>
    /// The decision rule of a model from all images, chosen on the scores that each fold's model gave its own images. <see cref="Metrics"/> are not by this
    /// rule, which has seen their images, but by that of each fold's model.
    /// </summary>
    public ModelDecision Decision { get; }

    /// <summary>
    /// The policy of a model from all images, fitted on the scores that each fold's model gave its own images, with the classes that <see cref="Decision"/>
    /// predicts. A model of all images, and the mean of the folds' models, are at least as good as one fold's model as a rule, so that its promises are on the
    /// careful side; they are exact only for models like those of the folds. Null: none was wanted, or there are too few images.
    /// </summary>
    public PredictionPolicy? Policy { get; }

    /// <summary>Metrics over all images.</summary>
    public ImageClassificationMetrics Metrics { get; }

    /// <summary>One model that gives the mean of the folds' probabilities.</summary>
    public ImageClassificationModel ToEnsemble()
    {
        int[] counts = _data.CountByLabel();
        ImageClassificationModel model = ModelEnsemble.Combine([.. Folds.Select(f => f.Model)]);
        return model.With(model.Manifest with
        {
            TrainedOn = Enumerable.Range(0, counts.Length).ToDictionary(c => _data.Labels[c], c => counts[c]),
            Decision = Decision,
        }).WithPolicy(Policy);
    }
}
