using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Everything that training a head on frozen features needs. The features are scaled in place.</summary>
internal sealed class HeadPhase : IDisposable
{
    private readonly FeatureTable _validation;
    private readonly FeatureScaling _scaling;
    private readonly ClassifierHead _head;
    private readonly Graph _scoring;
    private readonly WorkerPool _workers;

    /// <summary>Prepares the phase.</summary>
    public HeadPhase(
        PhaseSettings settings, ClassifierHead head, FeatureTable train, FeatureTable validation, int classes, WorkerPool workers, float[]? teacher = null)
    {
        (_validation, _head, _workers) = (validation, head, workers);
        ImageClassificationTrainerOptions options = settings.Options;
        Settings = settings;
        if (teacher is not null)
            Settings = settings with
            {
                Distillation = new Distillation(new TeacherTable(teacher, classes), options.DistillationWeight, options.DistillationTemperature),
            };
        _scaling = FeatureScaling.Of(train.Values, train.Length);
        _scaling.Apply(train.Values);
        _scaling.Apply(validation.Values);
        _scoring = head.ScoringGraph();
        Source = new FeatureBatches(
            train.Values, train.Labels, classes, settings.BatchSize, new EpochOrder(train.Labels, classes, options.ClassBalance, options.Seed));
        Plan = TrainingPlan.Create(head.TrainingGraph(settings.Dropout), Source.InputShape, new PlanOptions { Workers = workers, Seed = options.Seed });
    }

    /// <summary>How it trains.</summary>
    public PhaseSettings Settings { get; }

    /// <summary>The head.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Batches of features.</summary>
    public BatchSource Source { get; }

    /// <summary>Whether there is a validation set.</summary>
    public bool HasValidation => _validation.Count > 0;

    /// <summary>Raw scores and labels of the validation set with the current weights.</summary>
    public ScoredImages Score() =>
        new(FeatureScorer.Score(_scoring, _validation.Values, _validation.Length, _workers), _validation.Labels, _validation.Examples);

    /// <summary>Takes the scaling of the training images' features back; once, when nothing trains on them any more.</summary>
    public void Unscale(FeatureTable train) => _scaling.Undo(train.Values);

    /// <summary>Makes the head fit features that are not scaled; once, at the end.</summary>
    public void Fold() => _head.Fold(_scaling);

    /// <inheritdoc/>
    public void Dispose() => Plan.Dispose();
}
