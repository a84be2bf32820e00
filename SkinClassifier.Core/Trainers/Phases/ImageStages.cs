using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// Plan and batches of a network that trains on images, where images may grow and blocks may stop from epoch to epoch. Only one plan is in memory.
/// </summary>
internal sealed class ImageStages : IDisposable
{
    private readonly RunSetup _run;
    private readonly PhaseSettings _settings;
    private readonly IReadOnlyDictionary<string, int> _trainable;
    private readonly BatchNormalizationMode _normalization;
    private readonly ProgressiveSizes? _sizes;
    private readonly GradualFreezing _freezing;
    private int _open;
    private bool _toldOfMemory;

    /// <summary>Prepares the first epoch.</summary>
    /// <param name="run">The run.</param>
    /// <param name="settings">How the network trains.</param>
    /// <param name="trainable">The parameters that train, with their blocks, counted from the output.</param>
    /// <param name="blocks">Blocks that train.</param>
    /// <param name="normalization">Which statistics BatchNormalization uses.</param>
    public ImageStages(RunSetup run, PhaseSettings settings, IReadOnlyDictionary<string, int> trainable, int blocks, BatchNormalizationMode normalization)
    {
        (_run, _settings, _trainable, _normalization) = (run, settings, trainable, normalization);
        _freezing = new GradualFreezing(run.Options.GradualFreezing, blocks, settings.Epochs);
        Easy = new EasyImages(run.Options.SkipEasy, run.Train.Examples.Count, settings.Epochs, run.Options.Seed);
        _open = _freezing.OpenIn(0);
        _sizes = run.Options.ProgressiveFrom is { } small ? new ProgressiveSizes(small, run.Backbone.Preprocessor.Width, settings.Epochs) : null;
        Current = Make(_sizes?.Of(0) ?? run.Backbone.Preprocessor.Width);
    }

    /// <summary>Those of the epoch that runs.</summary>
    public (TrainingPlan Plan, BatchSource Source) Current { get; private set; }

    /// <summary>The images that epochs leave out.</summary>
    public EasyImages Easy { get; }

    /// <summary>The sizes for people; empty when they do not change.</summary>
    public string Description => _sizes is null ? "" : $", images from {_sizes.Of(0)} to {_run.Backbone.Preprocessor.Width} pixels";

    /// <summary>Whether images are below their full size in an epoch (0-based).</summary>
    public bool IsSmall(int epoch) => _sizes is not null && _sizes.Of(epoch) < _run.Backbone.Preprocessor.Width;

    /// <summary>
    /// Work of an image in an epoch (0-based), for an estimate: pixels in units of those of the first epoch, and the share of the blocks that train.
    /// </summary>
    public (double Area, double Open) Work(int epoch)
    {
        double side = _sizes is null ? 1 : (double)_sizes.Of(epoch) / _sizes.Of(0);
        return (side * side, (double)_freezing.OpenIn(epoch) / _freezing.OpenIn(_settings.Epochs));
    }

    /// <summary>Those of an epoch (0-based); those of another size, or with other blocks, are freed.</summary>
    public (TrainingPlan Plan, BatchSource Source) Of(int epoch)
    {
        int now = Current.Plan.InputShape[3], size = _sizes?.Of(epoch) ?? now, open = _freezing.OpenIn(epoch);
        if (size == now && open == _open)
            return Current;
        Dispose();
        _open = open;
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
                BatchSize = Math.Max(1, _settings.BatchSize / (_run.Group?.Size ?? 1)),
                Augment = options.Augmentations is { IsIdentity: false } pipeline ? pipeline.Apply : null,
                Seed = options.Seed,
                ImageSkipped = _run.Skipped.Add,
                Decoder = options.Decoder,
                Workers = _run.Workers,
            });
        EpochOrder order = new([.. _run.Train.Examples.Select(e => e.LabelIndex)], _run.Classes, options.ClassBalance, options.Seed);
        BatchSource source = _run.Group is { } group
            ? new SharedImageBatches(loader, _run.Classes, _settings.BatchSize, order, Easy, group,
                gathersImages: _settings.Mixer is not null || _settings.Distillation is not null)
            : new ImageBatches(loader, _run.Classes, _settings.BatchSize, order, Easy);
        Graph features = isFull ? _run.Backbone.Features : NetworkAssembly.Resized(_run.Backbone.Features, size, size);
        TrainingPlan plan = TrainingPlan.Create(NetworkAssembly.WithHead(features, _run.Head.TrainingGraph(_settings.Dropout)), source.InputShape,
            new PlanOptions
            {
                Workers = _run.Workers,
                Seed = options.Seed,
                Group = _run.Group,
                BatchNormalization = _normalization,
                GradientCheckpointing = options.GradientCheckpointing,
                KeepsStatistics = name => _trainable.TryGetValue(name, out int block) && block >= _open,
                IsTrainable = name => _trainable.TryGetValue(name, out int block) && block < _open,
            });
        if (plan.ComputesAgain && !options.GradientCheckpointing)
            TellOfMemory();
        return (plan, source);
    }

    private void TellOfMemory()
    {
        if (!_toldOfMemory)
            _run.Reporter.Report("A step's values do not fit into half of the memory of this process: some are computed again. The model is the same, but "
                + "steps take longer. Smaller batches or images need less (BatchSize, ImageSize).", _settings.Phase);
        _toldOfMemory = true;
    }
}
