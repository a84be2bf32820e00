using System.CommandLine;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>The options of `train` for the course of learning: steps, averages, growing pictures, a teacher, checkpoints.</summary>
internal sealed class CourseOptionSet
{
    private static readonly ImageClassificationTrainerOptions Defaults = new();

    public Option<string?> ScheduleParameters { get; } = new("--schedule-parameters") { Description = "Settings of --schedule, for example rise-fraction=0.2,end-divisor=100 for one-cycle.", HelpName = "name=value,…" };
    public Option<double> LayerDecay { get; } = new("--layer-decay") { Description = "Factor of the learning rate from block to block towards the input while fine-tuning; 1: all alike.", DefaultValueFactory = _ => Defaults.LayerDecay };
    public Option<double> UnfreezeEpochs { get; } = new("--unfreeze-epochs") { Description = "Epochs of fine-tuning within which the blocks begin to learn one after the other, from the output to the input; 0: all at once.", DefaultValueFactory = _ => Defaults.UnfreezeEpochs };
    public Option<double> Momentum { get; } = new("--momentum") { Description = "Of sgd and rmsprop, 0 to below 1.", DefaultValueFactory = _ => Defaults.Momentum };
    public Option<bool> Nesterov { get; } = new("--nesterov") { Description = "Nesterov's form of momentum for sgd." };
    public Option<double> WeightDecay { get; } = new("--weight-decay") { Description = "When pictures are learnt; --l2 is that of the head on frozen features.", DefaultValueFactory = _ => Defaults.WeightDecay };
    public Option<double> FocalGamma { get; } = new("--focal-gamma") { Description = "Exponent of --loss focal.", DefaultValueFactory = _ => Defaults.FocalGamma };
    public Option<double> GradientClipping { get; } = new("--gradient-clipping") { Description = "Longest gradient of a step over all weights together; 0: no limit.", DefaultValueFactory = _ => Defaults.GradientClipping };
    public Option<int> Accumulate { get; } = new("--accumulate") { Description = "Batches whose gradients are added up before each step: learns as from one batch of this many times --batch-size.", DefaultValueFactory = _ => Defaults.AccumulateSteps, HelpName = "N" };
    public Option<bool> Recompute { get; } = new("--recompute") { Description = "Compute inner values of the network again in the backward pass instead of keeping them: the same model in a third to a half of the memory, for up to half more time." };
    public Option<double> Swa { get; } = new("--swa") { Description = "Stochastic weight averaging: share of the epochs at the end whose weights are averaged, 0.25 is usual; 0: none.", DefaultValueFactory = _ => Defaults.SwaFraction, HelpName = "share" };
    public Option<double?> SwaLearningRate { get; } = new("--swa-learning-rate") { Description = "Constant learning rate of the averaged epochs; default: the schedule goes on." };
    public Option<int?> ProgressiveFrom { get; } = new("--progressive-from") { Description = "Size of the pictures in the first epoch; they grow to --image-size over two thirds of the epochs.", HelpName = "pixels" };
    public Option<string?> Distill { get; } = new("--distill") { Description = "A model.zip with the same classes, whose probabilities are learnt beside the labels.", HelpName = "model.zip" };
    public Option<double> DistillWeight { get; } = new("--distill-weight") { Description = "Share of --distill in the loss, 0 to 1.", DefaultValueFactory = _ => Defaults.DistillationWeight };
    public Option<double> DistillTemperature { get; } = new("--distill-temperature") { Description = "Softens the probabilities of both networks.", DefaultValueFactory = _ => Defaults.DistillationTemperature };
    public Option<string> ColorConstancy { get; } = ConstancyOption();
    public Option<string> EarlyStoppingMetric { get; } = MetricOption();
    public Option<double> EarlyStoppingDelta { get; } = new("--early-stopping-delta") { Description = "Improvement of that figure that counts.", DefaultValueFactory = _ => Defaults.EarlyStoppingCriteria!.MinDelta };
    public Option<int> EarlyStoppingFewest { get; } = new("--early-stopping-fewest") { Description = "Fewest pictures of the validation part that choose the best epoch; with fewer the last epoch is kept.", DefaultValueFactory = _ => Defaults.EarlyStoppingCriteria!.FewestPictures, HelpName = "pictures" };
    public Option<double> CheckpointMinutes { get; } = new("--checkpoint-minutes") { Description = "Longest time between two checkpoints within an epoch; there is one after every epoch too.", DefaultValueFactory = _ => Defaults.CheckpointMinutes };

    /// <summary>All of them, in the order of --help.</summary>
    public IReadOnlyList<Option> All => [ScheduleParameters, LayerDecay, UnfreezeEpochs, Momentum, Nesterov, WeightDecay, FocalGamma, GradientClipping, Accumulate, Recompute, Swa, SwaLearningRate, ProgressiveFrom, Distill, DistillWeight, DistillTemperature, ColorConstancy, EarlyStoppingMetric, EarlyStoppingDelta, EarlyStoppingFewest, CheckpointMinutes];

    /// <summary>The trainer's options with what the command line says about the course; faults are added to <paramref name="faults"/>.</summary>
    /// <param name="options">What the other options say.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="schedule">Value of --schedule.</param>
    /// <param name="faults">Values that do not fit.</param>
    /// <exception cref="InputException">The teacher is not there.</exception>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions options, ParseResult parsed, string? schedule, List<string> faults) => options with
    {
        LearningRateScheduler = ParseSchedule(schedule, parsed.GetValue(ScheduleParameters), faults),
        LayerDecay = parsed.GetValue(LayerDecay),
        UnfreezeEpochs = parsed.GetValue(UnfreezeEpochs),
        Momentum = parsed.GetValue(Momentum),
        Nesterov = parsed.GetValue(Nesterov),
        WeightDecay = parsed.GetValue(WeightDecay),
        FocalGamma = parsed.GetValue(FocalGamma),
        GradientClipping = parsed.GetValue(GradientClipping),
        AccumulateSteps = parsed.GetValue(Accumulate),
        Recompute = parsed.GetValue(Recompute),
        SwaFraction = parsed.GetValue(Swa),
        SwaLearningRate = parsed.GetValue(SwaLearningRate),
        ProgressiveFrom = parsed.GetValue(ProgressiveFrom),
        Teacher = parsed.GetValue(Distill) is not { } file ? null : File.Exists(file) ? ImageClassificationModel.Load(file) : throw new InputException($"--distill: {file}: expected a model.zip, found no such file."),
        DistillationWeight = parsed.GetValue(DistillWeight),
        DistillationTemperature = parsed.GetValue(DistillTemperature),
        ColorConstancy = parsed.GetValue(ColorConstancy) == "shades-of-grey" ? Graphs.ColorConstancy.ShadesOfGray : Graphs.ColorConstancy.None,
        EarlyStoppingCriteria = options.EarlyStoppingCriteria! with { Metric = parsed.GetValue(EarlyStoppingMetric)!, MinDelta = parsed.GetValue(EarlyStoppingDelta), FewestPictures = parsed.GetValue(EarlyStoppingFewest) },
        CheckpointMinutes = parsed.GetValue(CheckpointMinutes),
    };

    private static LearningRateScheduler? ParseSchedule(string? name, string? parameters, List<string> faults)
    {
        if (name is null)
        {
            if (parameters is not null)
                faults.Add("--schedule-parameters: expected --schedule beside it");
            return null;
        }
        try
        {
            return LearningRateScheduler.FromName(name, parameters);
        }
        catch (ArgumentException fault)
        {
            faults.Add($"--schedule-parameters: {fault.Message}");
            return null;
        }
    }

    private static Option<string> ConstancyOption()
    {
        Option<string> option = new("--color-constancy") { Description = "Take the colour of the light out of every picture, in training and prediction: part of the network.", DefaultValueFactory = _ => "none" };
        option.AcceptOnlyFromAmong("none", "shades-of-grey");
        return option;
    }

    private static Option<string> MetricOption()
    {
        Option<string> option = new("--early-stopping-metric") { Description = "The figure of the validation part that chooses the best epoch and ends a phase: loss, calibratedLoss (the loss at the best temperature), or a figure of metrics.json.", DefaultValueFactory = _ => EarlyStopping.CalibratedLossName, HelpName = "figure" };
        option.AcceptOnlyFromAmong([EarlyStopping.CalibratedLossName, EarlyStopping.LossName, .. MetricCatalog.All.Select(m => m.Name)]);
        return option;
    }
}
