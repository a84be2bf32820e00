using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Plan and batches of a network that trains on images, where these may grow from epoch to epoch. Only one plan is in memory.</summary>
internal sealed class ImageStages : IDisposable
{
    private readonly RunSetup _run;
    private readonly PhaseSettings _settings;
    private readonly IReadOnlySet<string> _trainable;
    private readonly BatchNormalizationMode _normalization;
    private readonly ProgressiveSizes? _sizes;

    /// <summary>Prepares the first epoch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">How the network trains.</param>
    /// <param name="trainable">The parameters that train.</param>
    /// <param name="normalization">Which statistics BatchNormalization uses.</param>
    public ImageStages(RunSetup run, PhaseSettings settings, IReadOnlySet<string> trainable, BatchNormalizationMode normalization)
    {
        (_run, _settings, _trainable, _normalization) = (run, settings, trainable, normalization);
        _sizes = run.Options.ProgressiveFrom is { } small ? new ProgressiveSizes(small, run.Backbone.Preprocessor.Width, settings.Epochs) : null;
        Current = Make(_sizes?.Of(0) ?? run.Backbone.Preprocessor.Width);
    }

    /// <summary>Those of the epoch that runs.</summary>
    public (TrainingPlan Plan, BatchSource Source) Current { get; private set; }

    /// <summary>The sizes for people; empty when they do not change.</summary>
    public string Description => _sizes is null ? "" : $", images from {_sizes.Of(0)} to {_run.Backbone.Preprocessor.Width} pixels";

    /// <summary>Those of an epoch (0-based); those of another size are freed.</summary>
    public (TrainingPlan Plan, BatchSource Source) Of(int epoch)
    {
        int now = Current.Plan.InputShape[3], size = _sizes?.Of(epoch) ?? now;
        if (size == now)
            return Current;
        Dispose();
        return Current = Make(size);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Current.Plan.Dispose();
        Current.Source.Dispose();
    }

    private (TrainingPlan Plan, BatchSource Source) Make(int size)
    {
        ImageClassificationTrainerOptions options = _run.Options;
        ImagePreprocessor full = _run.Backbone.Preprocessor;
        bool isFull = size == full.Width;
        BatchLoader loader = new(_run.Train.Examples,
            isFull ? full : new ImagePreprocessor(size, size, full.Resize, full.Filter) { ReducedDecoding = full.ReducedDecoding }, new BatchLoaderOptions
            {
                BatchSize = _settings.BatchSize,
                Augment = options.Augmentations is { IsIdentity: false } pipeline ? pipeline.Apply : null,
                Seed = options.Seed,
                ImageSkipped = _run.Skipped.Add,
                Decoder = options.Decoder,
                Workers = _run.Workers,
            });
        EpochOrder order = new([.. _run.Train.Examples.Select(e => e.LabelIndex)], _run.Classes, options.ClassBalance, options.Seed);
        ImageBatches source = new(loader, _run.Classes, _settings.BatchSize, order);
        Graph features = isFull ? _run.Backbone.Features : NetworkAssembly.Resized(_run.Backbone.Features, size, size);
        TrainingPlan plan = TrainingPlan.Create(NetworkAssembly.WithHead(features, _run.Head.TrainingGraph(_settings.Dropout)), source.InputShape,
            new PlanOptions
            {
                Workers = _run.Workers,
                Seed = options.Seed,
                BatchNormalization = _normalization,
                GradientCheckpointing = options.GradientCheckpointing,
                IsTrainable = _trainable.Contains,
            });
        return (plan, source);
    }
}
