using System.Globalization;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// How one phase trains: the options as they were given, and every open choice made for this phase. What is the same in all phases is read from
/// <see cref="Options"/>, so an option has one place.
/// </summary>
internal sealed record PhaseSettings
{
    /// <summary>Names of the phases: a head on frozen features, the pretrained network itself, all layers from scratch.</summary>
    public const string HeadPhase = "head", FineTunePhase = "fine-tune", ScratchPhase = "scratch";

    /// <summary>Usual rate of SGD, and of the optimizers that scale every step (Adam, AdamW, RMSprop).</summary>
    public const double SgdRate = 0.01, AdaptiveRate = 0.001;

    private const int HeadBatch = 128, ImageBatch = 32, UsualEpochs = 30;

    /// <summary>The options. Default: all defaults.</summary>
    public ImageClassificationTrainerOptions Options { get; init; } = new();

    /// <summary>"head", "fine-tune" or "scratch".</summary>
    public required string Phase { get; init; }

    /// <summary>Planned epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>Examples per batch.</summary>
    public int BatchSize { get; init; } = ImageBatch;

    /// <summary>Dropout of the head.</summary>
    public double Dropout { get; init; }

    /// <summary>What is minimized.</summary>
    public required Loss Loss { get; init; }

    /// <summary>Loss weight of each class, or empty.</summary>
    public float[] ClassWeights { get; init; } = [];

    /// <summary>The rule of the steps.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.AdamW;

    /// <summary>Base learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How the rate changes, warm-up included.</summary>
    public required LearningRateSchedule Scheduler { get; init; }

    /// <summary>Weight decay of tensors with two or more axes; biases and normalization scales have none.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Epochs at the end whose final weights are averaged; 0: none.</summary>
    public int SwaEpochs { get; init; }

    /// <summary>Constant rate of those epochs; null: the schedule continues.</summary>
    public double? SwaLearningRate { get; init; }

    /// <summary>A teacher beside the labels; null: none.</summary>
    public Distillation? Distillation { get; init; }

    /// <summary>Decay of the moving average of the weights; 0: none.</summary>
    public double EmaDecay { get; init; }

    /// <summary>Mixes the images of each batch; null: not.</summary>
    public BatchMixer? Mixer { get; init; }

    /// <summary>Factor of the learning rate of a parameter, by name and epochs done (with a fraction); null: 1.</summary>
    public Func<string, double, double>? RateScale { get; init; }

    /// <summary>
    /// Whether the best epoch is the one with the lowest loss after calibration. Under logit adjustment the loss is not that of the plain scores.
    /// </summary>
    public bool ChoosesByTemperatureScaledLoss =>
        Options.FitTemperature && Options.ClassBalance != ClassBalance.LogitAdjustment
        && Options.EarlyStoppingCriteria is null or { IsTemperatureScaled: true };

    /// <summary>Minimum number of validation images that choose an epoch.</summary>
    public int MinImagesToChoose => Options.EarlyStoppingCriteria?.MinImages ?? EarlyStopping.DefaultMinImages;

    /// <summary>A head on frozen features.</summary>
    /// <param name="options">The options.</param>
    /// <param name="counts">Training images of each class.</param>
    public static PhaseSettings Head(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts) =>
        Common(
            options, counts, HeadPhase, options.Epoch ?? UsualEpochs, options.Optimizer ?? OptimizerKind.Sgd, options.LearningRate, new CosineSchedule()) with
        {
            BatchSize = options.BatchSize ?? HeadBatch,
            Dropout = options.Dropout ?? (options.HiddenWidths.Count > 0 ? 0.2 : 0),
            WeightDecay = options.L2 ?? 0.1,
        };

    /// <summary>All layers from scratch.</summary>
    /// <inheritdoc cref="Head"/>
    public static PhaseSettings Scratch(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts) =>
        Network(options, counts, ScratchPhase, options.Epoch ?? UsualEpochs, options.LearningRate);

    /// <summary>The pretrained network itself.</summary>
    /// <inheritdoc cref="Head"/>
    public static PhaseSettings FineTune(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts) =>
        Network(
            options, counts, FineTunePhase, options.FineTuneEpochs, options.FineTuneLearningRate ?? (options.Optimizer == OptimizerKind.Sgd ? 0.01 : 0.0005));

    /// <summary>One line about the phase for people.</summary>
    public string Sentence(int examples) => string.Create(CultureInfo.InvariantCulture,
        $"{Phase}: {Epochs} epochs of {examples} images, batch {BatchSize}{(Options.AccumulateSteps > 1 ? $" × {Options.AccumulateSteps}" : "")}, "
            + $"{Optimizer} at {LearningRate:0.#####}, {Scheduler}, weight decay {WeightDecay:0.#####}");

    /// <summary>All options by their keys of config.json as text, then what was chosen for each phase; for the manifest.</summary>
    public static Dictionary<string, string> Describe(ImageClassificationTrainerOptions options, IEnumerable<PhaseSettings> phases)
    {
        Dictionary<string, string> text = new(StringComparer.Ordinal);
        foreach (TrainerOptionLine line in TrainerOptionTable.All.Where(l => l.IsDescribed))
            if (line.Get(options) is { } value)
                text[line.Key] = line.Form.Write(value);
        if (options.Teacher is { } teacher)
        {
            text["distill"] = teacher.Manifest.Backbone;
            text["distillWeight"] = Number(options.DistillationWeight);
            text["distillTemperature"] = Number(options.DistillationTemperature);
        }
        foreach (PhaseSettings phase in phases)
        {
            if (phase.ChoosesByTemperatureScaledLoss || options.EarlyStoppingCriteria?.Watched is null)
                text["bestEpochBy"] = phase.ChoosesByTemperatureScaledLoss ? EarlyStopping.TemperatureScaledLossName : EarlyStopping.LossName;
            else
                text["bestEpochBy"] = options.EarlyStoppingCriteria.Watched.Name;
            text[$"{phase.Phase}.epochs"] = Number(phase.Epochs);
            text[$"{phase.Phase}.batchSize"] = Number(phase.BatchSize);
            text[$"{phase.Phase}.optimizer"] = TrainerOptionTable.Of(nameof(options.Optimizer)).Form.Write(phase.Optimizer);
            text[$"{phase.Phase}.learningRate"] = Number(phase.LearningRate);
            text[$"{phase.Phase}.schedule"] = phase.Scheduler.ToString()!;
            text[$"{phase.Phase}.weightDecay"] = Number(phase.WeightDecay);
            text[$"{phase.Phase}.dropout"] = Number(phase.Dropout);
        }
        return text;
    }

    private static PhaseSettings Network(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts, string phase, int epochs, double? rate) =>
        Common(options, counts, phase, epochs, options.Optimizer ?? OptimizerKind.AdamW, rate, new OneCycleSchedule()) with
        {
            BatchSize = options.BatchSize ?? ImageBatch,
            Dropout = options.Dropout ?? 0.2,
            WeightDecay = options.WeightDecay,
            EmaDecay = options.EmaDecay,
            Mixer = options.MixUp > 0 || options.CutMix > 0 ? new BatchMixer(options.MixUp, options.CutMix, options.Seed) : null,
            SwaEpochs = (int)Math.Ceiling(options.SwaFraction * epochs - 1e-9),
            SwaLearningRate = options.SwaLearningRate,
        };

    private static PhaseSettings Common(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts, string phase, int epochs,
        OptimizerKind optimizer, double? rate, LearningRateSchedule usual)
    {
        LearningRateSchedule schedule = options.LearningRateScheduler ?? usual;
        return new PhaseSettings
        {
            Options = options,
            Phase = phase,
            Epochs = epochs,
            Loss = Loss.Create(options.Loss, options.LabelSmoothing, options.FocalGamma, Trainers.ClassWeights.Offsets(options.ClassBalance, counts)),
            ClassWeights = Trainers.ClassWeights.Compute(options.ClassBalance, counts),
            Optimizer = optimizer,
            LearningRate = rate ?? (optimizer == OptimizerKind.Sgd ? SgdRate : AdaptiveRate),
            Scheduler = options.WarmupEpochs > 0 ? new WarmupSchedule { Epochs = options.WarmupEpochs, Then = schedule } : schedule,
        };
    }

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
