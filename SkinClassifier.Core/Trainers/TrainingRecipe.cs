using System.Globalization;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers;

/// <summary>The options with every open choice made, as settings of the phases.</summary>
internal sealed class TrainingRecipe
{
    private const int HeadBatch = 128, ImageBatch = 32, HeadEpochs = 30, ScratchEpochs = 30;

    /// <summary>Usual rate of SGD, and of the optimizers that scale every step (Adam, AdamW, RMSprop).</summary>
    public const double SgdRate = 0.01, AdaptiveRate = 0.001;

    private readonly ImageClassificationTrainerOptions _options;
    private readonly float[] _classWeights;

    /// <summary>Makes the choices for training counts per class.</summary>
    public TrainingRecipe(ImageClassificationTrainerOptions options, ReadOnlySpan<int> counts)
    {
        _options = options;
        _classWeights = ClassWeights.Compute(options.Balance, counts);
        Loss = Loss.Create(options.Loss, options.LabelSmoothing, options.FocalGamma, ClassWeights.Offsets(options.Balance, counts));
    }

    /// <summary>The loss to minimize.</summary>
    public Loss Loss { get; }

    /// <summary>Loss weight of each class.</summary>
    public float[] LossWeights => _classWeights;

    /// <summary>Whether the best epoch is the one with the lowest loss after calibration. Under logit adjustment the loss is not that of the plain scores.</summary>
    public bool ChoosesByTemperatureScaledLoss => _options.FitTemperature && _options.Balance != ClassBalance.LogitAdjustment && _options.EarlyStoppingCriteria is null or { IsCalibrated: true };

    /// <summary>Minimum number of validation images that choose an epoch.</summary>
    public int MinToChoose => _options.EarlyStoppingCriteria?.MinImages ?? EarlyStopping.DefaultMinImages;

    /// <summary>Examples per step of the head.</summary>
    public int HeadBatchSize => _options.BatchSize ?? HeadBatch;

    /// <summary>Images per step.</summary>
    public int ImageBatchSize => _options.BatchSize ?? ImageBatch;

    /// <summary>Dropout of a head on frozen features.</summary>
    public double HeadDropout => _options.Dropout ?? (_options.HiddenUnits.Count > 0 ? 0.2 : 0);

    /// <summary>Dropout of the head while images are trained.</summary>
    public double ImageDropout => _options.Dropout ?? 0.2;

    /// <summary>The head on frozen features.</summary>
    public PhaseSettings Head()
    {
        OptimizerKind optimizer = _options.Optimizer ?? OptimizerKind.Sgd;
        return Common("head", _options.Epoch ?? HeadEpochs, optimizer, _options.LearningRate, new CosineSchedule()) with { WeightDecay = _options.L2 ?? 0.1 };
    }

    /// <summary>All layers from scratch.</summary>
    public PhaseSettings Scratch()
    {
        OptimizerKind optimizer = _options.Optimizer ?? OptimizerKind.AdamW;
        return Images("scratch", _options.Epoch ?? ScratchEpochs, optimizer, _options.LearningRate, new OneCycleSchedule()) with { WeightDecay = _options.WeightDecay };
    }

    /// <summary>The pretrained network itself.</summary>
    public PhaseSettings FineTune()
    {
        OptimizerKind optimizer = _options.Optimizer ?? OptimizerKind.AdamW;
        return Images("fine-tune", _options.FineTuneEpoch, optimizer, _options.FineTuneLearningRate ?? (optimizer == OptimizerKind.Sgd ? 0.01 : 0.0005), new OneCycleSchedule()) with { WeightDecay = _options.WeightDecay };
    }

    /// <summary>All options by name as text, with the values that were chosen; for the manifest.</summary>
    public IReadOnlyDictionary<string, string> Describe(IEnumerable<PhaseSettings> phases)
    {
        Dictionary<string, string> text = new(StringComparer.Ordinal)
        {
            ["loss"] = _options.Loss.ToString(),
            ["balance"] = _options.Balance.ToString(),
            ["labelSmoothing"] = Number(_options.LabelSmoothing),
            ["augmentation"] = _options.Augmentation.Name,
            ["mixUp"] = Number(_options.MixUp),
            ["cutMix"] = Number(_options.CutMix),
            ["ema"] = Number(_options.EmaDecay),
            ["unfreezeEpochs"] = Number(_options.UnfreezeEpochs),
            ["layerDecay"] = Number(_options.LayerDecay),
            ["hiddenUnits"] = string.Join(',', _options.HiddenUnits),
            ["pooling"] = _options.Pooling.ToString(),
            ["batchNormalization"] = _options.BatchNormalization.ToString(),
            ["gradientClipping"] = Number(_options.MaxGradientNorm),
            ["validationSetFraction"] = Number(_options.ValidationSetFraction),
            ["accumulate"] = Number(_options.AccumulateSteps),
            ["swa"] = Number(_options.SwaFraction),
            ["bestEpochBy"] = _options.EarlyStoppingCriteria is { Watched: { } watched } ? watched.Name : ChoosesByTemperatureScaledLoss ? EarlyStopping.TemperatureScaledLossName : EarlyStopping.LossName,
            ["colorConstancy"] = _options.ColorConstancy.ToString(),
        };
        if (_options.ProgressiveFrom is { } small)
            text["progressiveFrom"] = Number(small);
        if (_options.Teacher is { } teacher)
        {
            text["teacher"] = teacher.Manifest.Backbone;
            text["distillationWeight"] = Number(_options.DistillationWeight);
            text["distillationTemperature"] = Number(_options.DistillationTemperature);
        }
        foreach (PhaseSettings phase in phases)
        {
            text[$"{phase.Phase}.epochs"] = Number(phase.Epochs);
            text[$"{phase.Phase}.batchSize"] = Number(phase.Phase == "head" ? HeadBatchSize : ImageBatchSize);
            text[$"{phase.Phase}.optimizer"] = phase.Optimizer.ToString();
            text[$"{phase.Phase}.learningRate"] = Number(phase.LearningRate);
            text[$"{phase.Phase}.schedule"] = phase.Scheduler.ToString()!;
            text[$"{phase.Phase}.weightDecay"] = Number(phase.WeightDecay);
            text[$"{phase.Phase}.dropout"] = Number(phase.Phase == "head" ? HeadDropout : ImageDropout);
        }
        return text;
    }

    /// <summary>One line about a phase for people.</summary>
    public static string Sentence(PhaseSettings phase, int examples, int batch) => string.Create(CultureInfo.InvariantCulture,
        $"{phase.Phase}: {phase.Epochs} epochs of {examples} images, batch {batch}{(phase.Accumulate > 1 ? $" × {phase.Accumulate}" : "")}, {phase.Optimizer} at {phase.LearningRate:0.#####}, {phase.Scheduler}, weight decay {phase.WeightDecay:0.#####}");

    private BatchMixer? Mixer() => _options.MixUp > 0 || _options.CutMix > 0 ? new BatchMixer(_options.MixUp, _options.CutMix, _options.Seed) : null;

    private PhaseSettings Images(string phase, int epochs, OptimizerKind optimizer, double? rate, LearningRateSchedule usual) => Common(phase, epochs, optimizer, rate, usual) with
    {
        EmaDecay = _options.EmaDecay,
        Mixer = Mixer(),
        SwaEpochs = (int)Math.Ceiling(_options.SwaFraction * epochs - 1e-9),
        SwaLearningRate = _options.SwaLearningRate,
    };

    private PhaseSettings Common(string phase, int epochs, OptimizerKind optimizer, double? rate, LearningRateSchedule usual)
    {
        LearningRateSchedule schedule = _options.LearningRateScheduler ?? usual;
        return new PhaseSettings
        {
            Phase = phase,
            Epochs = epochs,
            Loss = Loss,
            ClassWeights = _classWeights,
            Optimizer = optimizer,
            Momentum = (float)_options.Momentum,
            Nesterov = _options.Nesterov,
            LearningRate = rate ?? (optimizer == OptimizerKind.Sgd ? SgdRate : AdaptiveRate),
            Scheduler = _options.WarmupEpochs > 0 ? new WarmupSchedule { Epochs = _options.WarmupEpochs, Then = schedule } : schedule,
            ClipNorm = _options.MaxGradientNorm,
            Accumulate = _options.AccumulateSteps,
            EarlyStopping = _options.EarlyStoppingCriteria,
        };
    }

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
