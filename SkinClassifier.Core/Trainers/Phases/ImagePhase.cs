using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>Everything that training the network itself on images needs: fine-tuning a pretrained one, or all layers from scratch.</summary>
internal sealed class ImagePhase : IDisposable
{
    private readonly ImageStages _stages;
    private readonly DatasetScorer _scorer;
    private readonly Graph _scoring;
    private readonly bool _scoresAlways;

    private ImagePhase(RunSetup run)
    {
        (ImageClassificationTrainerOptions options, LoadedBackbone backbone) = (run.Options, run.Backbone);
        Graph network = NetworkAssembly.WithHead(backbone.Features, run.Head.TrainingGraph(run.NetworkSettings.Dropout));
        _scoring = NetworkAssembly.WithHead(backbone.Features, run.Head.ScoringGraph());
        IReadOnlyDictionary<string, int> blocks = NetworkBlocks.Of(network, out int count);
        // The head's own layers are blocks too and always train.
        int open = options.UnfreezeBlocks is { } n && backbone.IsPretrained ? Math.Min(n + 1 + options.HiddenWidths.Count, count) : count;
        Dictionary<string, int> trainable = network.TrainableParameters().Where(p => !backbone.Constants.Contains(p) && blocks[p] < open)
            .ToDictionary(p => p, p => blocks[p], StringComparer.Ordinal);
        Settings = run.NetworkSettings with
        {
            RateScale = backbone.IsPretrained && (options.LayerDecay < 1 || options.UnfreezeEpochs > 0)
                ? (name, epoch) => epoch < OpensAt(blocks[name], open, options.UnfreezeEpochs) ? 0 : Math.Pow(options.LayerDecay, blocks[name]) : null,
            Distillation = options.Teacher is { } teacher
                ? new Distillation(new TeacherNetwork(teacher, run.Train.Labels, run.Workers), options.DistillationWeight, options.DistillationTemperature)
                : null,
        };
        // Layers that do not train must not drift either.
        BatchNormalizationMode normalization = open < count ? BatchNormalizationMode.Frozen : options.BatchNormalization;
        StatisticShares = normalization == BatchNormalizationMode.Training ? BatchStatistics.SharesOf(network) : new Dictionary<string, float>();
        HeadRestarts = backbone.IsPretrained && StatisticShares.Count > 0;
        _stages = new ImageStages(run, Settings, trainable, open, normalization);
        _scoresAlways = !backbone.IsPretrained || run.HasHeadPhase || options.EarlyStoppingCriteria?.Patience < Settings.Epochs
            || Settings.Scheduler is not OneCycleSchedule;
        _scorer = new DatasetScorer(run.Validation, backbone.Preprocessor, run.Head.Outputs, run.Workers, options.Decoder, run.Group);
        run.Reporter.Report($"{Settings.Phase}: {trainable.Keys.Sum(p => (long)network.Parameters[p].Shape.ElementCount)} of {network.ParameterCount()} "
            + $"weights train, {open} of {count} blocks, BatchNormalization {normalization.ToString().ToLowerInvariant()}"
            + $"{(HeadRestarts ? ", a new head" : "")}{_stages.Description}"
            + $"{(run.Validation.Examples.Count > 0 && !ScoresAfter(0) ? ", validated once they have them" : "")}", Settings.Phase);
        if (options.Teacher is { } taught && TeacherNetwork.Difference(taught, backbone.Preprocessor) is { } difference)
            run.Reporter.Warn(Settings.Phase, difference);
    }

    /// <summary>Prepares the phase, and reports what trains.</summary>
    public static ImagePhase Prepare(RunSetup run) => new(run);

    /// <summary>How it trains.</summary>
    public PhaseSettings Settings { get; }

    /// <summary>
    /// Whether the head begins from its first values: with statistics of the batch the features are so unlike those of the frozen network
    /// that a head trained on those starts far worse than a new one, and its gradients harm the network.
    /// </summary>
    public bool HeadRestarts { get; }

    /// <summary>The whole network, for images of the size of the epoch that runs.</summary>
    public TrainingPlan Plan => _stages.Current.Plan;

    /// <summary>Batches of images of that size.</summary>
    public BatchSource Source => _stages.Current.Source;

    /// <summary>1 − momentum of each running statistic that is trained.</summary>
    public IReadOnlyDictionary<string, float> StatisticShares { get; }

    /// <summary>Images of the validation set that could not be read.</summary>
    public IReadOnlyList<SkippedFile> Skipped => _scorer.Skipped;

    /// <summary>Expected times of the epochs; null: not measured, because the phase is short or only the result is wanted.</summary>
    public EpochTimes? Times { get; set; }

    /// <summary>Work of an image in an epoch: see <see cref="ImageStages.Work"/>.</summary>
    public (double Area, double Open) Work(int epoch) => _stages.Work(epoch);

    /// <summary>The images that epochs leave out.</summary>
    public EasyImages Easy => _stages.Easy;

    /// <summary>Plan and batches of an epoch.</summary>
    public (TrainingPlan Plan, BatchSource Source) StageOf(int epoch) => _stages.Of(epoch);

    /// <summary>
    /// Whether the validation set is scored after an epoch (0-based). While images grow in the fine-tuning of a pretrained network under the one-cycle course
    /// nothing depends on it: the rates are still high, later epochs are better, and the network has not yet seen images of full size. A schedule that
    /// reads the losses, an end by patience, a head to come back to and the many epochs from scratch need every epoch.
    /// </summary>
    public bool ScoresAfter(int epoch) => _scoresAlways || !_stages.IsSmall(epoch);

    /// <summary>Raw scores and labels of the validation set with the current weights.</summary>
    public ScoredImages Score() => _scorer.Score(_scoring);

    /// <summary>
    /// Epoch, with a fraction, from which block <paramref name="block"/> (0 is the output's) trains: evenly spaced, the last one at
    /// <paramref name="epochs"/>.
    /// </summary>
    internal static double OpensAt(int block, int open, double epochs) => open < 2 ? 0 : epochs * block / (open - 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stages.Dispose();
        Settings.Distillation?.Teacher.Dispose();
    }
}
