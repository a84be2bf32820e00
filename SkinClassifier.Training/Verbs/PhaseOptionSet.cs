using System.CommandLine;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>The options of `train` for the course of training: steps, averages, growing images, a teacher, checkpoints.</summary>
internal sealed class PhaseOptionSet
{
    private static readonly ImageClassificationTrainerOptions Defaults = new();

    public Option<string?> ScheduleParameters { get; } = new("--schedule-parameters") { Description = "Settings of --schedule, for example rise-fraction=0.2,end-divisor=100 for one-cycle.", HelpName = "name=value,…" };
    public Option<double> LayerDecay { get; } = new("--layer-decay") { Description = "Factor of the learning rate from block to block toward the input while fine-tuning; 1: all alike.", DefaultValueFactory = _ => Defaults.LayerDecay };
    public Option<double> UnfreezeEpochs { get; } = new("--unfreeze-epochs") { Description = "Epochs of fine-tuning within which the blocks begin to train one after the other, from the output to the input; 0: all at once.", DefaultValueFactory = _ => Defaults.UnfreezeEpochs };
    public Option<double> Momentum { get; } = new("--momentum") { Description = "Of sgd and rmsprop, 0 to below 1.", DefaultValueFactory = _ => Defaults.Momentum };
    public Option<bool> Nesterov { get; } = new("--nesterov") { Description = "Nesterov's form of momentum for sgd." };
    public Option<double> WeightDecay { get; } = new("--weight-decay") { Description = "When images are trained; --l2 is that of the head on frozen features.", DefaultValueFactory = _ => Defaults.WeightDecay };
    public Option<double> FocalGamma { get; } = new("--focal-gamma") { Description = "Exponent of --loss focal.", DefaultValueFactory = _ => Defaults.FocalGamma };
    public Option<double> MaxGradientNorm { get; } = new("--gradient-clipping") { Description = "Longest gradient of a step over all weights together; 0: no limit.", DefaultValueFactory = _ => Defaults.MaxGradientNorm };
    public Option<int> Accumulate { get; } = new("--accumulate") { Description = "Batches whose gradient accumulation: trains as from one batch of this many times --batch-size.", DefaultValueFactory = _ => Defaults.AccumulateSteps, HelpName = "N" };
    public Option<bool> GradientCheckpointing { get; } = new("--recompute") { Description = "Compute inner values of the network again in the backward pass instead of keeping them: the same model in a third to a half of the memory, for up to half more time." };
    public Option<double> Swa { get; } = new("--swa") { Description = "Stochastic weight averaging: share of the epochs at the end whose weights are averaged, 0.25 is usual; 0: none.", DefaultValueFactory = _ => Defaults.SwaFraction, HelpName = "share" };
    public Option<double?> SwaLearningRate { get; } = new("--swa-learning-rate") { Description = "Constant learning rate of the averaged epochs; default: the schedule goes on." };
    public Option<int?> ProgressiveFrom { get; } = new("--progressive-from") { Description = "Size of the images in the first epoch; they grow to --image-size over two thirds of the epochs.", HelpName = "pixels" };
    public Option<string?> Distill { get; } = new("--distill") { Description = "A model.zip with the same classes, whose probabilities are trained beside the labels.", HelpName = "model.zip" };
    public Option<double> DistillWeight { get; } = new("--distill-weight") { Description = "Share of --distill in the loss, 0 to 1.", DefaultValueFactory = _ => Defaults.DistillationWeight };
    public Option<double> DistillTemperature { get; } = new("--distill-temperature") { Description = "Softens the probabilities of both networks.", DefaultValueFactory = _ => Defaults.DistillationTemperature };
    public Option<string> ColorConstancy { get; } = ConstancyOption();
    public Option<string> EarlyStoppingMetric { get; } = MetricOption();
    public Option<double> EarlyStoppingDelta { get; } = new("--early-stopping-delta") { Description = "Improvement of that metric that counts.", DefaultValueFactory = _ => Defaults.EarlyStoppingCriteria!.MinDelta };
    public Option<int> EarlyStoppingFewest { get; } = new("--early-stopping-fewest") { Description = "Minimum number of images of the validation set that choose the best epoch; with fewer the last epoch is kept.", DefaultValueFactory = _ => Defaults.EarlyStoppingCriteria!.MinImages, HelpName = "images" };
    public Option<double> CheckpointMinutes { get; } = new("--checkpoint-minutes") { Description = "Longest time between two checkpoints within an epoch; there is one after every epoch too.", DefaultValueFactory = _ => Defaults.CheckpointMinutes };

    /// <summary>All of them, in the order of --help.</summary>
    public IReadOnlyList<Option> All => [ScheduleParameters, LayerDecay, UnfreezeEpochs, Momentum, Nesterov, WeightDecay, FocalGamma, MaxGradientNorm, Accumulate, GradientCheckpointing, Swa, SwaLearningRate, ProgressiveFrom, Distill, DistillWeight, DistillTemperature, ColorConstancy, EarlyStoppingMetric, EarlyStoppingDelta, EarlyStoppingFewest, CheckpointMinutes];

    /// <summary>The trainer's options with what the command line says about the loop; errors are added to <paramref name="errors"/>.</summary>
    /// <param name="options">What the other options say.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="schedule">Value of --schedule.</param>
    /// <param name="errors">Values that do not fit.</param>
    /// <exception cref="InputException">The teacher is not there.</exception>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions options, ParseResult parsed, string? schedule, List<string> errors) => options with
    {
        LearningRateScheduler = ParseSchedule(schedule, parsed.GetValue(ScheduleParameters), errors),
        LayerDecay = parsed.GetValue(LayerDecay),
        UnfreezeEpochs = parsed.GetValue(UnfreezeEpochs),
        Momentum = parsed.GetValue(Momentum),
        Nesterov = parsed.GetValue(Nesterov),
        WeightDecay = parsed.GetValue(WeightDecay),
        FocalGamma = parsed.GetValue(FocalGamma),
        MaxGradientNorm = parsed.GetValue(MaxGradientNorm),
        AccumulateSteps = parsed.GetValue(Accumulate),
        GradientCheckpointing = parsed.GetValue(GradientCheckpointing),
        SwaFraction = parsed.GetValue(Swa),
        SwaLearningRate = parsed.GetValue(SwaLearningRate),
        ProgressiveFrom = parsed.GetValue(ProgressiveFrom),
        Teacher = parsed.GetValue(Distill) is not { } file ? null : File.Exists(file) ? ImageClassificationModel.Load(file) : throw new InputException($"--distill: {file}: expected a model.zip, found no such file."),
        DistillationWeight = parsed.GetValue(DistillWeight),
        DistillationTemperature = parsed.GetValue(DistillTemperature),
        ColorConstancy = parsed.GetValue(ColorConstancy) == "shades-of-grey" ? Graphs.ColorConstancy.ShadesOfGray : Graphs.ColorConstancy.None,
        EarlyStoppingCriteria = options.EarlyStoppingCriteria! with { Metric = parsed.GetValue(EarlyStoppingMetric)!, MinDelta = parsed.GetValue(EarlyStoppingDelta), MinImages = parsed.GetValue(EarlyStoppingFewest) },
        CheckpointMinutes = parsed.GetValue(CheckpointMinutes),
    };

    private static LearningRateSchedule? ParseSchedule(string? name, string? parameters, List<string> errors)
    {
        if (name is null)
        {
            if (parameters is not null)
                errors.Add("--schedule-parameters: expected --schedule beside it");
            return null;
        }
        try
        {
            return LearningRateSchedule.FromName(name, parameters);
        }
        catch (ArgumentException error)
        {
            errors.Add($"--schedule-parameters: {error.Message}");
            return null;
        }
    }

    private static Option<string> ConstancyOption()
    {
        Option<string> option = new("--color-constancy") { Description = "Take the color of the light out of every image, in training and prediction: part of the network.", DefaultValueFactory = _ => "none" };
        option.AcceptOnlyFromAmong("none", "shades-of-grey");
        return option;
    }

    private static Option<string> MetricOption()
    {
        Option<string> option = new("--early-stopping-metric") { Description = "The metric of the validation set that chooses the best epoch and ends a phase: loss, calibratedLoss (the loss at the best temperature), or a metric of metrics.json.", DefaultValueFactory = _ => EarlyStopping.TemperatureScaledLossName, HelpName = "metric" };
        option.AcceptOnlyFromAmong([EarlyStopping.TemperatureScaledLossName, EarlyStopping.LossName, .. MetricCatalog.All.Select(m => m.Name)]);
        return option;
    }
}
