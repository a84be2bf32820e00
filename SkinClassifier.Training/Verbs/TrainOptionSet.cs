using System.CommandLine;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;
using SkinClassifier.Trainers.Selection;

namespace SkinClassifier.Training.Verbs;

/// <summary>The options of `train`, and what they mean for the trainer.</summary>
internal sealed class TrainOptionSet
{
    private static readonly Dictionary<string, ClassBalance> Balances = Names<ClassBalance>();
    private static readonly Dictionary<string, LossKind> Losses = Names<LossKind>();
    private static readonly Dictionary<string, OptimizerKind> Optimizers = Enum.GetValues<OptimizerKind>().ToDictionary(o => o.ToString().ToLowerInvariant());
    private static readonly ImageClassificationTrainerOptions Defaults = new();

    /// <summary>What --normalize takes.</summary>
    internal const string NormalizationForms = "imagenet, minus1to1, 0to1, caffe, none or numbers MEAN/STD, with -bgr behind it where the network wants that order";

    /// <summary>Folds measure every image; a test set beside them is made only when it is asked for.</summary>
    public TrainOptionSet() => Test.DefaultValueFactory = result => result.GetValue(Folds) > 0 ? 0 : 0.2;

    public Option<double> Validation { get; } = new Option<double>("--validation") { Description = "Share of the groups used to choose the best epoch.", DefaultValueFactory = _ => 0.1 }.InRange(0, 0.9);
    public Option<double> Test { get; } = new Option<double>("--test") { Description = "Share of the groups kept apart to measure the finished model; with --folds: 0." }.InRange(0, 0.9);
    public Option<string?> GroupBy { get; } = new("--group-by") { Description = "Column of metadata.csv; images with the same value never fall into two sets.", HelpName = "column" };
    public Option<string?> Splits { get; } = new("--splits") { Description = "The splits.csv of another run: its images, groups and parts. --validation, --test and --group-by do not count then.", HelpName = "file" };
    public DatasetOptionSet Dataset { get; } = new();
    public Option<int?> ImageSize { get; } = new Option<int?>("--image-size") { Description = "Side of the network's input in pixels; default: chosen from the data, at most the network's own.", HelpName = "pixels" };
    public Option<string> Resize { get; } = Choice("--resize", "crop: shorter side, then center; stretch; or pad.", "crop", "crop", "stretch", "pad");
    public Option<string> Decode { get; } = Choice("--decode", "full; or reduced: large JPEG files at 1/2, 1/4 or 1/8 of their size, never below twice the size they are scaled to. Stored in the model.", Defaults.ReducedDecoding ? "reduced" : "full", "full", "reduced");
    public Option<string> Backbone { get; } = new("--backbone") { Description = $"A built-in network ({string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}) or an ONNX file.", DefaultValueFactory = _ => "auto", HelpName = "name|file.onnx" };
    public Option<string> Weights { get; } = new("--weights") { Description = "Pretrained weights: a safetensors or ONNX file of the same network; random; or auto: the folder SKINCLASSIFIER_BACKBONES, then the cache, else from scratch. Training never downloads.", DefaultValueFactory = _ => "auto", HelpName = "file|random|auto" };
    public Option<bool> Offline { get; } = new("--offline") { Description = "Never use the network (training never does); where weights are missing, say which file to put where." };
    public Option<string?> FeatureOutput { get; } = new("--feature-output") { Description = "Name of the tensor in the ONNX file that the head is put on; default: found by itself.", HelpName = "tensor" };
    public Option<string?> Normalize { get; } = new("--normalize") { Description = "What the network expects: imagenet, minus1to1, 0to1, caffe, none (0 to 255), or MEAN/STD in numbers; with -bgr behind it for the order B, G, R. Default: the network's own, imagenet for an ONNX file." };
    public Option<string> Pool { get; } = Choice("--pool", "How the last feature map becomes features: average, max, or both side by side.", "average", "average", "max", "both");
    public Option<string> Head { get; } = Choice("--head", "linear; mlp with hidden layers; or auto: chosen from the data.", "auto", "auto", "linear", "mlp");
    public Option<string?> Hidden { get; } = new("--hidden") { Description = "Widths of the hidden layers of --head mlp, for example 256 or 512,128; default 1024." };
    public Option<double?> Dropout { get; } = new("--dropout") { Description = "Dropout before the last layer; default: chosen by the trainer." };
    public Option<int?> Epochs { get; } = new("--epochs") { Description = "Epochs of the head on frozen features, or from scratch of all layers; default: chosen from the data." };
    public Option<int?> FineTuneEpochs { get; } = new("--fine-tune-epochs") { Description = "Epochs in which the pretrained network itself trains; 0: only the head, which is quick; default: chosen from the data." };
    public Option<string> Unfreeze { get; } = new("--unfreeze") { Description = "all, or how many last blocks train while fine-tuning.", DefaultValueFactory = _ => "all", HelpName = "all|N" };
    public Option<string> BatchNormalization { get; } = Choice("--batch-normalization", "While fine-tuning: training (batch statistics) or frozen.", "training", "training", "frozen");
    public Option<int?> BatchSize { get; } = new("--batch-size") { Description = "Images per step; default: chosen by the trainer." };
    public Option<double?> LearningRate { get; } = new("--learning-rate") { Description = "Of the head or from scratch; default: chosen by the trainer." };
    public Option<double?> FineTuneLearningRate { get; } = new("--fine-tune-learning-rate") { Description = "While fine-tuning; default: chosen from the data." };
    public Option<string?> Optimizer { get; } = Choice<string?>("--optimizer", "Default: chosen by the trainer.", null, [.. Optimizers.Keys]);
    public Option<string?> Schedule { get; } = Choice<string?>("--schedule", "Course of the learning rate; default: chosen by the trainer.", null, [.. LearningRateSchedule.Names]);
    public Option<double> Warmup { get; } = new("--warmup") { Description = "Epochs of linear rise of the learning rate.", DefaultValueFactory = _ => 0 };
    public Option<string> Loss { get; } = Choice("--loss", "The loss to minimize.", "cross-entropy", [.. Losses.Keys]);
    public Option<double?> L2 { get; } = new("--l2") { Description = "Weight decay of the head on frozen features; default: chosen by the trainer." };
    public Option<double> LabelSmoothing { get; } = new("--label-smoothing") { Description = "0 to below 1.", DefaultValueFactory = _ => 0 };
    public Option<string?> Augment { get; } = new("--augment") { Description = "none, light, standard, strong, or a JSON file; default: chosen from the data.", HelpName = "preset|file.json" };
    public Option<double> MixUp { get; } = new("--mixup") { Description = "Alpha of MixUp, 0.2 is usual; 0: none.", DefaultValueFactory = _ => 0 };
    public Option<double> CutMix { get; } = new("--cutmix") { Description = "Alpha of CutMix, 1 is usual; 0: none.", DefaultValueFactory = _ => 0 };
    public Option<string?> Balance { get; } = Choice<string?>("--balance", "What is done about classes of different size; default: chosen from the data.", null, [.. Balances.Keys]);
    public Option<double> Ema { get; } = new("--ema") { Description = "Decay of a moving average of the weights; 0: none.", DefaultValueFactory = _ => 0 };
    public Option<int> EarlyStopping { get; } = new Option<int>("--early-stopping") { Description = "Epochs without a better metric of the validation set before a phase ends; 0: never. The best epoch is kept in any case.", DefaultValueFactory = _ => Defaults.EarlyStoppingCriteria!.Patience }.InRange(0, 100_000);
    public Option<int> Folds { get; } = new Option<int>("--folds") { Description = "Cross-validation: K models, every image measured by the one that has not seen it; then a model from all images. 0: none.", DefaultValueFactory = _ => 0, HelpName = "K" }.InRange(0, 1000);
    public Option<bool> Ensemble { get; } = new("--ensemble") { Description = "With --folds: the model is the K models of the folds as one." };
    public Option<string?> TimeBudget { get; } = new("--time-budget") { Description = "All the time there is, for example 30m or 1h30m: tries networks, sizes, rates, augmentation and balance, then trains the best.", HelpName = "time" };
    public Option<int?> LimitTrain { get; } = new("--learn-from") { Description = "Train from so many of the training images only, every class in its share.", HelpName = "N" };
    public Option<int?> Views { get; } = CommonOptions.Views("chosen from the data; stored in the model and used for the test set");
    public PhaseOptionSet Phase { get; } = new();
    public Option<bool> NoMlNet { get; } = new("--no-mlnet") { Description = "Leave out of model.zip the part with which ML.NET opens it." };
    public Option<ulong> Seed { get; } = CommonOptions.Seed();
    public Option<int> Threads { get; } = CommonOptions.Threads();

    /// <summary>All of them, in the order of --help.</summary>
    public IReadOnlyList<Option> All => [Validation, Test, GroupBy, Splits, .. Dataset.All, ImageSize, Resize, Decode, Backbone, Weights, Offline, FeatureOutput, Normalize, Pool, Head, Hidden, Dropout, Epochs, FineTuneEpochs, Unfreeze, BatchNormalization, BatchSize, LearningRate, FineTuneLearningRate, Optimizer, Schedule, Warmup, Loss, L2, LabelSmoothing, Augment, MixUp, CutMix, Balance, Ema, EarlyStopping, .. Phase.All, Folds, Ensemble, TimeBudget, LimitTrain, Views, NoMlNet, Seed, Threads];

    /// <summary>The trainer's options that the command line asks for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="recipe">What holds where the command line says nothing.</param>
    /// <param name="validation">The validation set.</param>
    /// <param name="folders">Where the run writes.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="callback">Hears of progress.</param>
    /// <exception cref="ArgumentException">Values that do not fit; all at once.</exception>
    public ImageClassificationTrainerOptions Build(ParseResult parsed, DefaultRecipe recipe, ImageDataset validation, RunFolders folders, BackboneChoice backbone, Action<TrainingMetrics> callback)
    {
        List<string> errors = [];
        bool hidden = parsed.GetValue(Head) == "mlp" || parsed.GetValue(Head) == "auto" && recipe.HiddenUnits.Count > 0;
        int fineTuneEpochs = parsed.GetValue(FineTuneEpochs) ?? recipe.FineTuneEpochs;
        int[] hiddenUnits = hidden ? ParseHidden(parsed.GetValue(Hidden) ?? "1024", errors) : [];
        ImageClassificationTrainerOptions options = new()
        {
            Arch = backbone.Architecture,
            WeightsPath = backbone.OnnxFile,
            Pretrained = backbone.Pretrained,
            FeatureOutput = parsed.GetValue(FeatureOutput),
            Normalization = ParseNormalization(parsed.GetValue(Normalize), errors) ?? backbone.Normalization,
            ImageSize = parsed.GetValue(ImageSize) ?? recipe.ImageSize,
            Resize = parsed.GetValue(Resize) switch { "stretch" => ResizeKind.Stretch, "pad" => ResizeKind.Pad, _ => ResizeKind.Crop },
            ReducedDecoding = parsed.GetValue(Decode) == "reduced",
            Pooling = parsed.GetValue(Pool) switch { "max" => FeaturePooling.Max, "both" => FeaturePooling.Both, _ => FeaturePooling.Average },
            HiddenUnits = hiddenUnits,
            Dropout = parsed.GetValue(Dropout) ?? DefaultRecipe.DropoutFor(hiddenUnits, fineTuneEpochs),
            Epoch = parsed.GetValue(Epochs) ?? recipe.Epochs,
            FineTuneEpoch = fineTuneEpochs,
            UnfreezeBlocks = ParseUnfreeze(parsed.GetValue(Unfreeze)!, errors),
            BatchNormalization = parsed.GetValue(BatchNormalization) == "frozen" ? Execution.BatchNormalizationMode.Frozen : Execution.BatchNormalizationMode.Training,
            BatchSize = parsed.GetValue(BatchSize) ?? recipe.BatchSize,
            LearningRate = parsed.GetValue(LearningRate),
            FineTuneLearningRate = parsed.GetValue(FineTuneLearningRate) ?? recipe.FineTuneLearningRate,
            Optimizer = parsed.GetValue(Optimizer) is { } optimizer ? Optimizers[optimizer] : null,
            WarmupEpochs = parsed.GetValue(Warmup),
            Loss = Losses[parsed.GetValue(Loss)!],
            L2 = parsed.GetValue(L2) ?? DefaultRecipe.L2For(hiddenUnits),
            LabelSmoothing = parsed.GetValue(LabelSmoothing),
            Augmentation = ParseAugmentation(parsed.GetValue(Augment) ?? recipe.Augmentation, errors),
            MixUp = parsed.GetValue(MixUp),
            CutMix = parsed.GetValue(CutMix),
            Balance = parsed.GetValue(Balance) is { } balance ? Balances[balance] : recipe.Balance,
            EmaDecay = parsed.GetValue(Ema),
            EarlyStoppingCriteria = new EarlyStopping { Patience = parsed.GetValue(EarlyStopping) is > 0 and int patience ? patience : int.MaxValue },
            ValidationSet = validation,
            TestTimeAugmentation = parsed.GetValue(Views) ?? recipe.TestTimeAugmentation,
            WorkspacePath = folders.Workspace,
            CheckpointPath = folders.Checkpoint,
            Resume = folders.Resume,
            MetricsCallback = callback,
            Seed = parsed.GetValue(Seed),
            Threads = parsed.GetValue(Threads),
        };
        options = Phase.Apply(options, parsed, parsed.GetValue(Schedule), errors);
        if (parsed.GetResult(Hidden) is { Implicit: false } && options.HiddenUnits.Count == 0 && !hidden)
            errors.Add("--hidden: expected --head mlp beside it");
        if (!backbone.IsPretrained && (options.FeatureOutput is not null || options.FineTuneEpoch > 0))
            errors.Add($"{(options.FeatureOutput is not null ? "--feature-output" : "--fine-tune-epochs")}: expected pretrained weights (--backbone FILE.onnx or --weights FILE), received a network that starts from scratch; use --epochs");
        if (errors.Count > 0)
            throw new ArgumentException(string.Join("; ", errors) + ".");
        return options;
    }

    private static Normalization? ParseNormalization(string? name, List<string> errors)
    {
        if (name is null)
            return null;
        if (Normalization.TryParse(name, out Normalization? normalization))
            return normalization;
        errors.Add($"--normalize: expected {NormalizationForms}, received {name}");
        return null;
    }

    private static int[] ParseHidden(string text, List<string> errors)
    {
        string[] splits = text.Split(',', StringSplitOptions.TrimEntries);
        if (splits.All(p => int.TryParse(p, out int width) && width > 0))
            return [.. splits.Select(int.Parse)];
        errors.Add($"--hidden: expected widths like 256 or 512,128, received {text}");
        return [];
    }

    private static int? ParseUnfreeze(string text, List<string> errors)
    {
        if (text == "all")
            return null;
        if (int.TryParse(text, out int blocks) && blocks >= 0)
            return blocks;
        errors.Add($"--unfreeze: expected all or a number of blocks, received {text}");
        return null;
    }

    /// <summary>The balance of a name.</summary>
    internal static ClassBalance BalanceOf(string name) => Balances[name];

    internal static AugmentationPipeline ParseAugmentation(string text, List<string> errors)
    {
        try
        {
            return File.Exists(text) ? AugmentationPipeline.FromJson(File.ReadAllText(text), text) : AugmentationPipeline.Preset(text);
        }
        catch (ArgumentException error)
        {
            errors.Add($"--augment: {error.Message}");
            return AugmentationPipeline.Preset("none");
        }
    }

    private static Option<T> Choice<T>(string name, string description, T initial, params string[] values)
    {
        Option<T> option = new(name) { Description = description, DefaultValueFactory = _ => initial };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Dictionary<string, T> Names<T>() where T : struct, Enum => Enum.GetValues<T>().ToDictionary(v => NameOf(v));

    internal static string NameOf<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}

/// <summary>Where a run writes and reads.</summary>
/// <param name="Output">Results.</param>
/// <param name="Workspace">Computed features.</param>
/// <param name="Checkpoint">State of a run that was stopped.</param>
/// <param name="Resume">Whether to go on from the checkpoint.</param>
internal sealed record RunFolders(string Output, string Workspace, string Checkpoint, bool Resume);
