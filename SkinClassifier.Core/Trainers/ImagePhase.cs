using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers;

/// <summary>Everything that training the network itself on images needs: fine-tuning a pretrained one, or all layers from scratch.</summary>
internal sealed class ImagePhase : IDisposable
{
    private readonly ImageClassificationTrainerOptions _options;
    private readonly LoadedBackbone _backbone;
    private readonly ClassifierHead _head;
    private readonly ImageDataset _train;
    private readonly WorkerPool _workers;
    private readonly Action<SkippedFile> _skipped;
    private readonly DatasetScorer _scorer;
    private readonly Graph _scoring;
    private readonly HashSet<string> _trainable;
    private readonly BatchNormalizationMode _normalization;
    private readonly ProgressiveSizes? _sizes;

    /// <summary>Prepares the phase.</summary>
    public ImagePhase(PhaseSettings settings, LoadedBackbone backbone, ClassifierHead head, ImageDataset train, ImageDataset validation,
        WorkerPool workers, Action<SkippedFile> skipped)
    {
        ImageClassificationTrainerOptions options = settings.Options;
        (_options, _backbone, _head, _train, _workers, _skipped) = (options, backbone, head, train, workers, skipped);
        Graph network = NetworkAssembly.WithHead(backbone.Features, head.TrainingGraph(settings.Dropout));
        _scoring = NetworkAssembly.WithHead(backbone.Features, head.ScoringGraph());
        IReadOnlyDictionary<string, int> blocks = NetworkBlocks.Of(network, out int count);
        // The head's own layers are blocks too and always train.
        int open = options.UnfreezeBlocks is { } n && backbone.IsPretrained ? Math.Min(n + 1 + options.HiddenWidths.Count, count) : count;
        _trainable = [.. network.TrainableParameters().Where(p => !backbone.Constants.Contains(p) && blocks[p] < open)];
        Settings = settings;
        if (backbone.IsPretrained && (options.LayerDecay < 1 || options.UnfreezeEpochs > 0))
            Settings = Settings with
            {
                RateScale = (name, epoch) =>
                epoch < OpensAt(blocks[name], open, options.UnfreezeEpochs) ? 0 : Math.Pow(options.LayerDecay, blocks[name])
            };
        if (options.Teacher is { } teacher)
            Settings = Settings with
            {
                Distillation =
                new Distillation(new TeacherNetwork(teacher, train.Labels, workers), options.DistillationWeight, options.DistillationTemperature)
            };
        // Layers that do not train must not drift either.
        _normalization = open < count ? BatchNormalizationMode.Frozen : options.BatchNormalization;
        StatisticShares = _normalization == BatchNormalizationMode.Training ? BatchStatistics.SharesOf(network) : new Dictionary<string, float>();
        HeadRestarts = backbone.IsPretrained && StatisticShares.Count > 0;
        _sizes = options.ProgressiveFrom is { } small ? new ProgressiveSizes(small, backbone.Preprocessor.Width, Settings.Epochs) : null;
        (Plan, Source) = Make(_sizes?.Of(0) ?? backbone.Preprocessor.Width);
        _scorer = new DatasetScorer(validation, backbone.Preprocessor, head.Outputs, workers, options.Decoder);
        Description = $"{Settings.Phase}: {_trainable.Sum(p => (long)network.Parameters[p].Shape.ElementCount)} of {network.ParameterCount()} "
            + $"weights train, {open} of {count} blocks, BatchNormalization "
            + $"{_normalization.ToString().ToLowerInvariant()}{(HeadRestarts ? ", a new head" : "")}"
            + $"{(_sizes is null ? "" : $", images from {_sizes.Of(0)} to {backbone.Preprocessor.Width} pixels")}";
    }

    /// <summary>How it trains.</summary>
    public PhaseSettings Settings { get; }

    /// <summary>
    /// Whether the head begins from its first values: with statistics of the batch the features are so unlike those of the frozen network
    /// that a head trained on those starts far worse than a new one, and its gradients harm the network.
    /// </summary>
    public bool HeadRestarts { get; }

    /// <summary>The whole network, for images of the size of the epoch that runs.</summary>
    public TrainingPlan Plan { get; private set; }

    /// <summary>Batches of images of that size.</summary>
    public BatchSource Source { get; private set; }

    /// <summary>1 − momentum of each running statistic that is trained.</summary>
    public IReadOnlyDictionary<string, float> StatisticShares { get; }

    /// <summary>A sentence for people.</summary>
    public string Description { get; }

    /// <summary>Images of the validation set that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _scorer.Skipped;

    /// <summary>Plan and batches of an epoch. Plans of other sizes are freed: only one is in memory.</summary>
    public (TrainingPlan Plan, BatchSource Source) StageOf(int epoch)
    {
        int size = _sizes?.Of(epoch) ?? Plan.InputShape[3];
        if (size != Plan.InputShape[3])
        {
            Plan.Dispose();
            Source.Dispose();
            (Plan, Source) = Make(size);
        }
        return (Plan, Source);
    }

    /// <summary>Raw scores and labels of the validation set with the current weights.</summary>
    public (float[] Scores, int[] Labels) Score() => _scorer.Score(_scoring);

    /// <summary>
    /// Epoch, with a fraction, from which block <paramref name="block"/> (0 is the output's) trains: evenly spaced, the last one at
    /// <paramref name="epochs"/>.
    /// </summary>
    internal static double OpensAt(int block, int open, double epochs) => open < 2 ? 0 : epochs * block / (open - 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Plan.Dispose();
        Source.Dispose();
        Settings.Distillation?.Teacher.Dispose();
    }

    private (TrainingPlan Plan, BatchSource Source) Make(int size)
    {
        ImagePreprocessor full = _backbone.Preprocessor;
        bool isFull = size == full.Width;
        int classes = _train.Labels.Count;
        BatchLoader loader = new(_train.Examples,
            isFull ? full : new ImagePreprocessor(size, size, full.Resize, full.Filter) { ReducedDecoding = full.ReducedDecoding }, new BatchLoaderOptions
            {
                BatchSize = Settings.BatchSize,
                Augment = _options.Augmentations is { IsIdentity: false } pipeline ? pipeline.Apply : null,
                Seed = _options.Seed,
                ImageSkipped = _skipped,
                Decoder = _options.Decoder,
                Workers = _workers,
            });
        EpochOrder order = new([.. _train.Examples.Select(e => e.LabelIndex)], classes, _options.ClassBalance, _options.Seed);
        ImageBatches source = new(loader, classes, Settings.BatchSize, order);
        Graph features = isFull ? _backbone.Features : NetworkAssembly.Resized(_backbone.Features, size, size);
        TrainingPlan plan = TrainingPlan.Create(NetworkAssembly.WithHead(features, _head.TrainingGraph(Settings.Dropout)), source.InputShape,
            new PlanOptions
            {
                Workers = _workers,
                Seed = _options.Seed,
                BatchNormalization = _normalization,
                GradientCheckpointing = _options.GradientCheckpointing,
                IsTrainable = _trainable.Contains
            });
        return (plan, source);
    }
}
