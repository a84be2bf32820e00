using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers;

/// <summary>Everything that learning the network itself on pictures needs: fine-tuning a pretrained one, or all layers from scratch.</summary>
internal sealed class PicturePhase : IDisposable
{
    private readonly PictureScorer _scorer;
    private readonly Graph _scoring;

    /// <summary>Prepares the phase.</summary>
    public PicturePhase(ImageClassificationTrainerOptions options, TrainingRecipe recipe, LoadedBackbone backbone, ClassifierHead head, ImageDataset train, ImageDataset validation, WorkerPool workers, Action<SkippedFile> skipped)
    {
        int classes = train.Labels.Count;
        Graph network = NetworkAssembly.WithHead(backbone.Features, head.TrainingGraph(recipe.PictureDropout));
        _scoring = NetworkAssembly.WithHead(backbone.Features, head.ScoringGraph());
        IReadOnlyDictionary<string, int> blocks = NetworkBlocks.Of(network, out int count);
        // The head's own layers are blocks too and always learn.
        int open = options.UnfreezeBlocks is { } n && backbone.IsPretrained ? Math.Min(n + 1 + options.HiddenUnits.Count, count) : count;
        HashSet<string> trainable = [.. network.TrainableParameters().Where(p => !backbone.Constants.Contains(p) && blocks[p] < open)];
        Settings = backbone.IsPretrained ? recipe.FineTune() : recipe.Scratch();
        if (backbone.IsPretrained && (options.LayerDecay < 1 || options.UnfreezeEpochs > 0))
            Settings = Settings with { RateScale = (name, epoch) => epoch < OpensAt(blocks[name], open, options.UnfreezeEpochs) ? 0 : Math.Pow(options.LayerDecay, blocks[name]) };
        // Layers that do not learn must not drift either.
        BatchNormalizationMode normalization = open < count ? BatchNormalizationMode.Frozen : options.BatchNormalization;
        HeadStartsAnew = backbone.IsPretrained && normalization == BatchNormalizationMode.Training;
        BatchLoader loader = new(train.Examples, backbone.Preprocessor, new BatchLoaderOptions
        {
            BatchSize = recipe.PictureBatchSize,
            Augment = options.Augmentation.IsIdentity ? null : options.Augmentation.Apply,
            Seed = options.Seed,
            PictureSkipped = skipped,
            Workers = workers,
        });
        EpochOrder order = new([.. train.Examples.Select(e => e.LabelIndex)], classes, options.Balance, options.Seed);
        Source = new PictureBatches(loader, classes, recipe.PictureBatchSize, order);
        Plan = TrainingPlan.Create(network, Source.InputShape, new PlanOptions { Workers = workers, Seed = options.Seed, BatchNormalization = normalization, IsTrainable = trainable.Contains });
        _scorer = new PictureScorer(validation, backbone.Preprocessor, head.Outputs, workers);
        Description = $"{Settings.Phase}: {trainable.Sum(p => (long)network.Parameters[p].Shape.ElementCount)} of {network.ParameterCount()} weights learn, {open} of {count} blocks, BatchNormalization {normalization.ToString().ToLowerInvariant()}{(HeadStartsAnew ? ", a new head" : "")}";
    }

    /// <summary>How it learns.</summary>
    public CourseSettings Settings { get; }

    /// <summary>
    /// Whether the head begins from its first values: with statistics of the batch the features are so unlike those of the frozen network
    /// that a head learnt on those starts far worse than an empty one, and its gradients harm the network.
    /// </summary>
    public bool HeadStartsAnew { get; }

    /// <summary>The whole network.</summary>
    public TrainingPlan Plan { get; }

    /// <summary>Batches of pictures.</summary>
    public BatchSource Source { get; }

    /// <summary>A sentence for people.</summary>
    public string Description { get; }

    /// <summary>Pictures of the validation part that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _scorer.Skipped;

    /// <summary>Raw scores and labels of the validation part with the current weights.</summary>
    public (float[] Scores, int[] Labels) Score() => _scorer.Score(_scoring);

    /// <summary>Epoch, with a fraction, from which block <paramref name="block"/> (0 is the output's) learns: evenly spaced, the last one at <paramref name="epochs"/>.</summary>
    internal static double OpensAt(int block, int open, double epochs) => open < 2 ? 0 : epochs * block / (open - 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        Plan.Dispose();
        Source.Dispose();
    }
}
