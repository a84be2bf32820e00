using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using Options = SkinClassifier.Trainers.ImageClassificationTrainerOptions;

namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// The one table of the trainer's options. The command line, config.json, the check of ranges, the description of a model and the tables of
/// docs/cli.md are made from it.
/// </summary>
// How to add an option of the trainer:
// 1. Add a property to ImageClassificationTrainerOptions.
// 2. Add a line here. Its range and words are checked in every place where a value can come in.
// 3. Add a case to TrainerOptionTableTests, and run that class once with SKINCLASSIFIER_WRITE_DOCS=1: it writes docs/cli.md.
// The code that uses the option reads it from PhaseSettings.Options.
// Options that belong to a run and not to the trainer (files, splits, folds, ...) have their lines in Training/Options/RunOptionTable.cs, in the same form.
// Options of one kind of data can have a table of their own: a static list of OptionLine, named in RunOptionTable.All; nothing else changes.
internal static class TrainerOptionTable
{
    /// <summary>Headings, in the order of help texts and documents.</summary>
    public static IReadOnlyList<string> Groups { get; } =
        ["Data", "Network", "Epochs", "Steps", "Loss", "Augmentation", "Averages and teachers", "Choosing the epoch", "Deciding", "Run"];

    /// <summary>What <c>--normalize</c> takes, as part of a sentence.</summary>
    public const string NormalizationForms =
        "imagenet, minus1to1, 0to1, caffe, none or numbers MEAN/STD, with -bgr behind it where the network wants that order";

    /// <summary>What <c>--augment</c> takes: a preset's name or a JSON file.</summary>
    public static OptionForm Augmentations { get; } = OptionForm.Custom(
        $"{string.Join('|', AugmentationPipeline.PresetNames)}|FILE.json", $"{string.Join(", ", AugmentationPipeline.PresetNames)} or a JSON file",
        text =>
            File.Exists(text) ? AugmentationPipeline.FromJson(File.ReadAllText(text), text) : AugmentationPipeline.PresetNames.Contains(text)
            ? AugmentationPipeline.Preset(text) : null, value => ((AugmentationPipeline)value).Name);

    private static readonly OptionForm Blocks = OptionForm.Whole(0);
    private static readonly OptionForm WatchedMetrics =
        OptionForm.Choice([EarlyStopping.TemperatureScaledLossName, EarlyStopping.LossName, .. MetricCatalog.All.Select(m => m.Name)],
            new Dictionary<string, string> { [EarlyStopping.OldTemperatureScaledLossName] = EarlyStopping.TemperatureScaledLossName });
    private const string Chosen = "[chosen](training.md#defaults)";
    private static readonly Options Defaults = new();

    /// <summary>All lines.</summary>
    public static IReadOnlyList<TrainerOptionLine> All { get; } =
    [
        .. In("Data",
            new()
            {
                Name = "image-size", Property = nameof(Options.ImageSize), Form = OptionForm.Whole(16, 2048, "PX", "pixels"), Get = o => o.ImageSize,
                Set = (o, v) => o with { ImageSize = (int)v }, DefaultText = Chosen,
                Description = "Width and height of the network's input in pixels.",
            },
            new()
            {
                Name = "resize", Property = nameof(Options.Resize), Form = OptionForm.Choice<ResizeKind>(), Get = o => o.Resize,
                Set = (o, v) => o with { Resize = (ResizeKind)v }, DefaultText = Chosen,
                Description = "`crop`: the shorter side is scaled, then the center is cut out; `stretch`: both sides are scaled; `pad`: the longer "
                    + "side is scaled, with borders.",
            },
            new()
            {
                Name = "filter", Property = nameof(Options.Filter), Form = OptionForm.Choice<ResizeFilter>(), Get = o => o.Filter,
                Set = (o, v) => o with { Filter = (ResizeFilter)v }, OnCommandLine = false, Description = "The filter that scales.",
            },
            new()
            {
                Name = "max-pixels", Property = "DecoderOptions.MaxPixels", Form = OptionForm.WholeLong(1, Array.MaxLength / 3),
                Get = o => o.Decoder?.MaxPixels, IsDescribed = false, Set = (o, v) => o with { Decoder = o.Decoder with { MaxPixels = (long)v } },
                Description = "The largest image that is read, width times height in pixels.",
            },
            new()
            {
                Name = "decode", Property = nameof(Options.ReducedDecoding), Form = OptionForm.Choice<Decoding>(),
                Get = o => o.ReducedDecoding ? Decoding.Reduced : Decoding.Full, Set = (o, v) => o with { ReducedDecoding = (Decoding)v == Decoding.Reduced },
                Description = "`reduced`: large JPEG files are decoded at 1/2, 1/4 or 1/8 of their size, never below twice the size that they are "
                    + "scaled to. It is stored in the model ([model-format.md](model-format.md)).",
            }),
        .. In("Network",
            new()
            {
                Name = "width", Property = nameof(Options.WidthMultiplier), Form = OptionForm.Real(0.1, 4), Get = o => o.WidthMultiplier,
                Set = (o, v) => o with { WidthMultiplier = (double)v }, OnCommandLine = false,
                Description = "Factor on the number of channels of a built-in network.",
            },
            new()
            {
                Name = "feature-output", Property = nameof(Options.FeatureOutput), Form = OptionForm.Text("TENSOR"), Get = o => o.FeatureOutput,
                Set = (o, v) => o with { FeatureOutput = (string)v }, DefaultText = "found",
                Description = "Name of the tensor of the ONNX file that the head is put on ([onnx.md](onnx.md)).",
            },
            new()
            {
                Name = "normalize", Property = nameof(Options.Normalization), Get = o => o.Normalization,
                Set = (o, v) => o with { Normalization = (Normalization)v },
                Form = OptionForm.Custom("imagenet|minus1to1|0to1|caffe|none|MEAN/STD", NormalizationForms,
                    t => Normalization.TryParse(t, out Normalization? n) ? n : null, v => ((Normalization)v).Word),
                DefaultText = "the network's own, or what the file says; else imagenet with a warning",
                Description = "What the pretrained network expects. `none` is 0 to 255. Numbers are on that scale, one for all colors or three "
                    + "(`127/128`, `123.7,116.3,103.5/58.4,57.1,57.4`). `-bgr` at the end means the order B, G, R (`caffe-bgr`).",
            },
            new()
            {
                Name = "pool", Property = nameof(Options.Pooling), Form = OptionForm.Choice<FeaturePooling>(), Get = o => o.Pooling,
                Set = (o, v) => o with { Pooling = (FeaturePooling)v },
                Description = "How the last feature map becomes the features that the head reads. `both` puts mean and maximum side by side.",
            },
            new()
            {
                Name = "hidden", Property = nameof(Options.HiddenUnits), Form = OptionForm.Wholes(1, 65536, "512,128", "widths"), Get = o => o.HiddenUnits,
                Set = (o, v) => o with { HiddenUnits = (IReadOnlyList<int>)v }, DefaultText = "1024 with `--head mlp`",
                Description = "Widths of the hidden layers of the head. It means `--head mlp`.",
            },
            new()
            {
                Name = "dropout", Property = nameof(Options.Dropout), Form = OptionForm.Real(0, 1, belowMax: true), Get = o => o.Dropout,
                Set = (o, v) => o with { Dropout = (double)v }, IsDescribed = false, DefaultText = "chosen; 0.6 with hidden layers",
                Description = "Dropout before each layer of the head.",
            },
            new()
            {
                Name = "color-constancy", Property = nameof(Options.ColorConstancy), Get = o => o.ColorConstancy,
                Set = (o, v) => o with { ColorConstancy = (ColorConstancy)v },
                Form = OptionForm.Choice<ColorConstancy>(oldWords: new Dictionary<string, string> { ["shades-of-grey"] = "shades-of-gray" }),
                Description = "Takes the color of the light out of every image. It is part of the network ([training.md](training.md#color-constancy)).",
            }),
        .. In("Epochs",
            new()
            {
                Name = "epochs", Property = nameof(Options.Epoch), Form = OptionForm.Whole(0, 100_000), Get = o => o.Epoch,
                Set = (o, v) => o with { Epoch = (int)v }, IsDescribed = false, DefaultText = Chosen,
                Description = "With pretrained weights: epochs of the head on frozen features. From scratch: epochs of all layers.",
            },
            new()
            {
                Name = "fine-tune-epochs", Property = nameof(Options.FineTuneEpoch), Form = OptionForm.Whole(0, 100_000), Get = o => o.FineTuneEpoch,
                Set = (o, v) => o with { FineTuneEpoch = (int)v }, IsDescribed = false, DefaultText = Chosen,
                Description = "Epochs of fine-tuning: the pretrained network itself is trained. 0: only the head, which takes a fraction of the time.",
            },
            new()
            {
                Name = "unfreeze", Property = nameof(Options.UnfreezeBlocks), Get = o => o.UnfreezeBlocks,
                Set = (o, v) => o with { UnfreezeBlocks = v as int? },
                Form = OptionForm.Custom("all|N", "all or a number of blocks",
                    t => t == "all" ? t : Blocks.TryRead(t, out object? n, out _) ? n : null, v => v is int n ? Blocks.Write(n) : "all", takesNumber: true),
                DefaultText = "all", Description = "How many of the last blocks are trained while fine-tuning.",
            },
            new()
            {
                Name = "unfreeze-epochs", Property = nameof(Options.UnfreezeEpochs), Form = OptionForm.Real(0, 1000), Get = o => o.UnfreezeEpochs,
                Set = (o, v) => o with { UnfreezeEpochs = (double)v },
                Description = "Gradual unfreezing: epochs of fine-tuning within which the blocks begin to train one after the other, from the output "
                    + "to the input. 0: all at once.",
            },
            new()
            {
                Name = "batch-normalization", Property = nameof(Options.BatchNormalization), Form = OptionForm.Choice<BatchNormalizationMode>(),
                Get = o => o.BatchNormalization, Set = (o, v) => o with { BatchNormalization = (BatchNormalizationMode)v },
                Description = "Statistics of BatchNormalization while fine-tuning: those of the batch, or frozen.",
            },
            new()
            {
                Name = "progressive-from", Property = nameof(Options.ProgressiveFrom), Form = OptionForm.Whole(16, 2048, "PX", "pixels"),
                Get = o => o.ProgressiveFrom, Set = (o, v) => o with { ProgressiveFrom = (int)v }, DefaultText = Chosen,
                Description = "Progressive resizing: size of the images in the first epoch. It grows to `--image-size` over two thirds of the epochs. "
                    + "Chosen for many images, where neither `--fine-tune-epochs` nor `--image-size` is given.",
            },
            new()
            {
                Name = "gradual-freezing", Property = nameof(Options.GradualFreezing), Form = OptionForm.Real(0, 0.9, placeholder: "SHARE"),
                Get = o => o.GradualFreezing, Set = (o, v) => o with { GradualFreezing = (double)v },
                Description = "Share of the blocks that do not train at the end. They stop one after the other from the input to the output, in the middle "
                    + "half of the epochs.",
            },
            new()
            {
                Name = "skip-easy", Property = nameof(Options.SkipEasy), Form = OptionForm.Real(0, 0.9, placeholder: "SHARE"),
                Get = o => o.SkipEasy, Set = (o, v) => o with { SkipEasy = (double)v },
                Description = "Share of the easy images (loss below the mean) that an epoch leaves out; the others of them count as much more. 0: none.",
            }),
        .. In("Steps",
            new()
            {
                Name = "batch-size", Property = nameof(Options.BatchSize), Form = OptionForm.Whole(1, 65536), Get = o => o.BatchSize,
                Set = (o, v) => o with { BatchSize = (int)v }, IsDescribed = false, DefaultText = "chosen", Description = "Images per step.",
            },
            new()
            {
                Name = "accumulate-steps", Property = nameof(Options.AccumulateSteps), OldNames = ["accumulate"], Form = OptionForm.Whole(1, 65536),
                Get = o => o.AccumulateSteps, Set = (o, v) => o with { AccumulateSteps = (int)v },
                Description = "Gradient accumulation: batches before each step of the optimizer. The effective batch is this many times "
                    + "`--batch-size`, in the memory of one batch.",
            },
            new()
            {
                Name = "gradient-checkpointing", Property = nameof(Options.GradientCheckpointing), OldNames = ["recompute"], Form = OptionForm.Flag(),
                Get = o => o.GradientCheckpointing, Set = (o, v) => o with { GradientCheckpointing = (bool)v }, IsDescribed = false,
                Description = "Computes inner values of the network again in the backward pass instead of keeping them: the same model, to the bit, "
                    + "in a third to a half of the [memory](performance.md#memory-of-a-training-step), for up to half more time. Without it, this is done only "
                    + "as far as memory is scarce.",
            },
            new()
            {
                Name = "optimizer", Property = nameof(Options.Optimizer), Form = OptionForm.Choice<OptimizerKind>(k => k.ToString().ToLowerInvariant()),
                Get = o => o.Optimizer, Set = (o, v) => o with { Optimizer = (OptimizerKind)v }, IsDescribed = false, DefaultText = "chosen",
                Description = "The rule of the steps.",
            },
            new()
            {
                Name = "learning-rate", Property = nameof(Options.LearningRate), Form = OptionForm.Real(0, 100, aboveMin: true, placeholder: "RATE"),
                Get = o => o.LearningRate, Set = (o, v) => o with { LearningRate = (double)v }, IsDescribed = false, DefaultText = "chosen",
                Description = "Of the head, or from scratch of all layers.",
            },
            new()
            {
                Name = "fine-tune-learning-rate", Property = nameof(Options.FineTuneLearningRate),
                Form = OptionForm.Real(0, 100, aboveMin: true, placeholder: "RATE"), Get = o => o.FineTuneLearningRate,
                Set = (o, v) => o with { FineTuneLearningRate = (double)v }, IsDescribed = false, DefaultText = "chosen", Description = "While fine-tuning.",
            },
            new()
            {
                Name = "layer-decay", Property = nameof(Options.LayerDecay), Form = OptionForm.Real(0, 1, aboveMin: true), Get = o => o.LayerDecay,
                Set = (o, v) => o with { LayerDecay = (double)v },
                Description = "Factor of the learning rate from block to block toward the input while fine-tuning. 1: all alike.",
            },
            new()
            {
                Name = "schedule", Property = nameof(Options.LearningRateScheduler), Form = OptionForm.Choice([.. LearningRateSchedule.Names]),
                Get = _ => null, Set = (o, v) => o with { LearningRateScheduler = LearningRateSchedule.FromName((string)v) }, IsDescribed = false,
                DefaultText = "chosen", Description = "How the learning rate changes.",
            },
            new()
            {
                Name = "schedule-parameters", Form = OptionForm.Text("NAME=VALUE,…"), Get = _ => null, IsDescribed = false, DefaultText = "each schedule's own",
                Set = (o, v) => o with { LearningRateScheduler = ScheduleCatalog.With(o.LearningRateScheduler, (string)v) },
                Description = $"Settings of `--schedule`: {ScheduleParameters()}.",
            },
            new()
            {
                Name = "warmup", Property = nameof(Options.WarmupEpochs), Form = OptionForm.Real(0, 1000, placeholder: "EPOCHS"), Get = o => o.WarmupEpochs,
                Set = (o, v) => o with { WarmupEpochs = (double)v }, Description = "Epochs at the start in which the learning rate rises linearly.",
            },
            new()
            {
                Name = "momentum", Property = nameof(Options.Momentum), Form = OptionForm.Real(0, 1, belowMax: true), Get = o => o.Momentum,
                Set = (o, v) => o with { Momentum = (double)v }, Description = "Of sgd and rmsprop.",
            },
            new()
            {
                Name = "beta2", Property = nameof(Options.Beta2), Form = OptionForm.Real(0, 1, belowMax: true), Get = o => o.Beta2,
                Set = (o, v) => o with { Beta2 = (double)v }, Description = "Of adam and adamw: the share of the mean squared gradient that stays.",
            },
            new()
            {
                Name = "nesterov", Property = nameof(Options.Nesterov), Form = OptionForm.Flag(), Get = o => o.Nesterov,
                Set = (o, v) => o with { Nesterov = (bool)v }, Description = "Nesterov's form of momentum for sgd.",
            },
            new()
            {
                Name = "clip-grad-norm", Property = nameof(Options.MaxGradientNorm), OldNames = ["gradient-clipping"],
                Form = OptionForm.Real(0, null, placeholder: "NORM"), Get = o => o.MaxGradientNorm, Set = (o, v) => o with { MaxGradientNorm = (double)v },
                Description = "Maximum norm of the gradient of a step, over all weights together. 0: no limit.",
            }),
        .. In("Loss",
            new()
            {
                Name = "loss", Property = nameof(Options.Loss), Form = OptionForm.Choice<LossKind>(), Get = o => o.Loss,
                Set = (o, v) => o with { Loss = (LossKind)v }, Description = "What training minimizes. `binary` and `binary-hinge`: two classes, one output.",
            },
            new()
            {
                Name = "focal-gamma", Property = nameof(Options.FocalGamma), Form = OptionForm.Real(0, 10), Get = o => o.FocalGamma,
                Set = (o, v) => o with { FocalGamma = (double)v }, Description = "Exponent of `--loss focal`.",
            },
            new()
            {
                Name = "l2", Property = nameof(Options.L2), Form = OptionForm.Real(0, 100), Get = o => o.L2, Set = (o, v) => o with { L2 = (double)v },
                IsDescribed = false, DefaultText = "0.1; 0.03 with hidden layers", Description = "Weight decay of the head on frozen features.",
            },
            new()
            {
                Name = "weight-decay", Property = nameof(Options.WeightDecay), Form = OptionForm.Real(0, 10), Get = o => o.WeightDecay,
                Set = (o, v) => o with { WeightDecay = (double)v }, IsDescribed = false, Description = "Weight decay while the network itself is trained.",
            },
            new()
            {
                Name = "label-smoothing", Property = nameof(Options.LabelSmoothing), Form = OptionForm.Real(0, 1, belowMax: true), Get = o => o.LabelSmoothing,
                Set = (o, v) => o with { LabelSmoothing = (double)v }, Description = "Part of each target that is spread over all classes.",
            },
            new()
            {
                Name = "balance", Property = nameof(Options.Balance), Form = OptionForm.Choice<ClassBalance>(), Get = o => o.Balance,
                Set = (o, v) => o with { Balance = (ClassBalance)v }, DefaultText = Chosen,
                Description = "What is done about classes of different size.",
            }),
        .. In("Augmentation",
            new()
            {
                Name = "augment", Property = nameof(Options.Augmentation), Get = o => o.Augmentation,
                Set = (o, v) => o with { Augmentation = (AugmentationPipeline)v }, Form = Augmentations, DefaultText = Chosen,
                Description = "Random changes of the training images ([augmentation.md](augmentation.md)).",
            },
            new()
            {
                Name = "mixup", Property = nameof(Options.MixUp), Form = OptionForm.Real(0, 10, placeholder: "ALPHA"), Get = o => o.MixUp,
                Set = (o, v) => o with { MixUp = (double)v }, Description = "MixUp: images of a batch are mixed as a whole. 0.2 is usual; 0: none.",
            },
            new()
            {
                Name = "cutmix", Property = nameof(Options.CutMix), Form = OptionForm.Real(0, 10, placeholder: "ALPHA"), Get = o => o.CutMix,
                Set = (o, v) => o with { CutMix = (double)v }, Description = "CutMix: images of a batch exchange a rectangle. 1 is usual; 0: none.",
            },
            new()
            {
                Name = "tta", Property = nameof(Options.TestTimeAugmentation), Form = OptionForm.OneOf(1, 2, 4, 8), Get = o => o.TestTimeAugmentation,
                Set = (o, v) => o with { TestTimeAugmentation = (int)v }, IsDescribed = false, DefaultText = Chosen,
                Description = "[Test-time augmentation](#test-time-augmentation): views per image. It is stored in the model and used for the metrics.",
            }),
        .. In("Averages and teachers",
            new()
            {
                Name = "ema", Property = nameof(Options.EmaDecay), Form = OptionForm.Real(0, 1, belowMax: true, placeholder: "DECAY"), Get = o => o.EmaDecay,
                Set = (o, v) => o with { EmaDecay = (double)v }, Description = "Decay of a moving average of the weights, for example 0.999. 0: none.",
            },
            new()
            {
                Name = "swa", Property = nameof(Options.SwaFraction), Form = OptionForm.Real(0, 1, placeholder: "SHARE"), Get = o => o.SwaFraction,
                Set = (o, v) => o with { SwaFraction = (double)v },
                Description = "Stochastic weight averaging over this share of the epochs at the end; 0.25 is usual. The average is kept when the "
                    + "validation set finds it better. 0: none.",
            },
            new()
            {
                Name = "swa-learning-rate", Property = nameof(Options.SwaLearningRate), Form = OptionForm.Real(0, 100, aboveMin: true, placeholder: "RATE"),
                Get = o => o.SwaLearningRate, Set = (o, v) => o with { SwaLearningRate = (double)v }, DefaultText = "the schedule's",
                Description = "Constant learning rate of the averaged epochs.",
            },
            new()
            {
                Name = "distill", Property = nameof(Options.Teacher), Form = OptionForm.File("a model.zip", "MODEL.zip"), Get = _ => null,
                Set = (o, v) => o with { Teacher = ImageClassificationModel.Load((string)v) }, IsDescribed = false, DefaultText = "–",
                Description = "Knowledge distillation: a teacher whose probabilities are targets beside the labels. It has the same classes, in any order.",
            },
            new()
            {
                Name = "distill-weight", Property = nameof(Options.DistillationWeight), Form = OptionForm.Real(0, 1), Get = o => o.DistillationWeight,
                Set = (o, v) => o with { DistillationWeight = (double)v }, IsDescribed = false, Description = "Share of the teacher in the loss.",
            },
            new()
            {
                Name = "distill-temperature", Property = nameof(Options.DistillationTemperature), Form = OptionForm.Real(0.1, 100),
                Get = o => o.DistillationTemperature, Set = (o, v) => o with { DistillationTemperature = (double)v }, IsDescribed = false,
                Description = "Temperature that softens the probabilities of teacher and student.",
            }),
        .. In("Choosing the epoch",
            new()
            {
                Name = "early-stopping", Property = "EarlyStoppingCriteria.Patience", Form = OptionForm.Whole(0),
                Get = o => o.EarlyStoppingCriteria is { Patience: < int.MaxValue } stop ? Math.Max(stop.Patience, 0) : 0,
                Set = (o, v) => o with { EarlyStoppingCriteria = Stop(o) with { Patience = (int)v > 0 ? (int)v : int.MaxValue } },
                Description = "Epochs without a better metric of the validation set before a phase ends. 0: never. The best epoch is kept in any case.",
            },
            new()
            {
                Name = "early-stopping-metric", Property = "EarlyStoppingCriteria.Metric", Form = WatchedMetrics, Get = o => o.EarlyStoppingCriteria?.Metric,
                Set = (o, v) => o with { EarlyStoppingCriteria = Stop(o) with { Metric = (string)v } },
                Description = "The metric of the validation set that chooses the best epoch: `temperatureScaledLoss` (the loss at the temperature that "
                    + "minimizes it), `loss`, or a metric of metrics.json.",
            },
            new()
            {
                Name = "early-stopping-delta", Property = "EarlyStoppingCriteria.MinDelta", Form = OptionForm.Real(0, null),
                Get = o => o.EarlyStoppingCriteria?.MinDelta, Set = (o, v) => o with { EarlyStoppingCriteria = Stop(o) with { MinDelta = (double)v } },
                Description = "Minimum improvement of that metric that counts.",
            },
            new()
            {
                Name = "early-stopping-min-images", Property = "EarlyStoppingCriteria.MinImages", OldNames = ["early-stopping-fewest"],
                Form = OptionForm.Whole(1), Get = o => o.EarlyStoppingCriteria?.MinImages,
                Set = (o, v) => o with { EarlyStoppingCriteria = Stop(o) with { MinImages = (int)v } },
                Description = "Minimum number of validation images that choose the best epoch. With fewer, [the last epoch is kept, or "
                    + "cross-validation chooses](training.md#few-validation-images).",
            }),
        .. In("Deciding",
            new TrainerOptionLine
            {
                Name = "decide", Property = nameof(Options.Decision), Get = o => o.Decision, Set = (o, v) => o with { Decision = (DecisionTarget)v },
                Form = OptionForm.Custom("score|balanced|FILE.json|sensitivity=X:CLASS|specificity=X:CLASS", DecisionTarget.Forms,
                    DecisionTarget.TryParse, v => v.ToString()!),
                IsDescribed = false,
                Description = "How scores become a class ([which rule](training.md#decision-rule)): the highest score; the largest p / prior^t; the smallest "
                    + "expected cost; or thresholds that reach a share on validation images. It is stored in the model.",
            },
            new TrainerOptionLine
            {
                Name = "policy-alpha", Property = "Policy.Alpha", Form = OptionForm.Real(0, 1, aboveMin: true, belowMax: true), Get = o => o.Policy?.Alpha,
                Set = (o, v) => o with { Policy = Policy(o) with { Alpha = (double)v } }, IsDescribed = false,
                Description = "Share of images whose [prediction set](abstaining.md) may lack their class.",
            },
            new TrainerOptionLine
            {
                Name = "policy-sets", Property = "Policy.Sets", Form = OptionForm.Choice<PredictionSetKind>(), Get = o => o.Policy?.Sets,
                Set = (o, v) => o with { Policy = Policy(o) with { Sets = (PredictionSetKind)v } }, IsDescribed = false,
                Description = "How prediction sets are made: `class-conditional` keeps `--policy-alpha` for each class, `raps` for all images together.",
            },
            new TrainerOptionLine
            {
                Name = "policy-risk", Property = "Policy.Risk", Form = OptionForm.Real(0, 1, aboveMin: true), Get = o => o.Policy?.Risk,
                Set = (o, v) => o with { Policy = Policy(o) with { Risk = (double)v } }, IsDescribed = false,
                Description = "Share of errors among the answers that is wanted at most: the model [abstains](abstaining.md) where it is less confident. 1: it "
                    + "never abstains for low confidence.",
            },
            new TrainerOptionLine
            {
                Name = "no-policy", Property = nameof(Options.Policy), Form = OptionForm.Flag(), Get = o => o.Policy is null, IsDescribed = false,
                Set = (o, v) => o with { Policy = (bool)v ? null : Policy(o) },
                Description = "Stores no policy in the model: it answers for every image and gives no prediction sets.",
            },
            new TrainerOptionLine
            {
                Name = "keep-gallery", Property = nameof(Options.KeepGallery), Form = OptionForm.Flag(), Get = o => o.KeepGallery, IsDescribed = false,
                Set = (o, v) => o with { KeepGallery = (bool)v },
                Description =
                    "Keeps file names, classes and features of the training images in the model, to name [similar ones](abstaining.md#similar-images). "
                    + "Whoever has the model can read the file names: let them name no person.",
            }),
        .. In("Run",
            new()
            {
                Name = "validation", Property = nameof(Options.ValidationSetFraction), Form = OptionForm.Real(0, 1, belowMax: true),
                Get = o => o.ValidationSetFraction, Set = (o, v) => o with { ValidationSetFraction = (double)v }, OnCommandLine = false,
                Description = "Share of the training groups that becomes the validation set where none is given.",
            },
            new()
            {
                Name = "checkpoint-minutes", Property = nameof(Options.CheckpointMinutes),
                Form = OptionForm.Real(0, null, aboveMin: true, placeholder: "MINUTES"), Get = o => o.CheckpointMinutes,
                Set = (o, v) => o with { CheckpointMinutes = (double)v }, IsDescribed = false,
                Description = "Maximum time between two checkpoints within an epoch. There is one after every epoch too.",
            },
            new()
            {
                Name = "seed", Property = nameof(Options.Seed), Form = OptionForm.Unsigned(), Get = o => o.Seed, Set = (o, v) => o with { Seed = (ulong)v },
                IsDescribed = false, Description = "Seed of everything random. The same seed gives the same model on any number of threads.",
            },
            new()
            {
                Name = "threads", Property = nameof(Options.Threads), Form = OptionForm.Whole(0, 1024), Get = o => o.Threads,
                Set = (o, v) => o with { Threads = (int)v }, IsDescribed = false, DefaultText = "0: all cores", Description = "Threads to work on.",
            }),
    ];

    /// <summary>The line about a property of <see cref="ImageClassificationTrainerOptions"/>.</summary>
    /// <exception cref="ArgumentException">No line is about it.</exception>
    public static TrainerOptionLine Of(string property) =>
        All.FirstOrDefault(l => l.Property == property)
        ?? throw new ArgumentException($"{property}: expected an option of the table of trainer options.", nameof(property));

    /// <summary>Everything that is wrong with options: values out of their ranges, and values that do not fit together.</summary>
    /// <param name="options">The options.</param>
    /// <param name="nameOf">How a property is named in the messages, for example as an option of a command line. Default: by its own name.</param>
    /// <returns>For each error "name: expected …, received …", without a point at the end; none when a trainer takes the options.</returns>
    public static IReadOnlyList<string> Errors(Options options, Func<string, string>? nameOf = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return TrainerOptionsCheck.Errors(options, nameOf ?? (property => property));
    }

    private static PolicyOptions Policy(Options options) => options.Policy ?? new PolicyOptions();

    private static EarlyStopping Stop(Options options) => options.EarlyStoppingCriteria ?? new EarlyStopping();

    private static string ScheduleParameters() => string.Join("; ", ScheduleCatalog.Names
        .Where(name => ScheduleCatalog.ParametersOf(name).Count > 0)
        .Select(name => $"{name} {string.Join(", ", ScheduleCatalog.ParametersOf(name).Select(p => $"`{p}`"))}"));

    private static IEnumerable<TrainerOptionLine> In(string group, params TrainerOptionLine[] lines) =>
        lines.Select(l => l with { Group = group, Default = l.Get(Defaults) });

    private enum Decoding
    {
        Full,
        Reduced,
    }
}
