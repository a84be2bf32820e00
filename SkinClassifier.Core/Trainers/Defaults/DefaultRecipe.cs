using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Defaults;

/// <summary>
/// The rule by which training without options is set up: from the number of training images, their sizes, the balance of the classes and whether pretrained
/// weights are at hand. All its numbers stand in one place, at the top; docs/training.md has the experiments behind them.
/// </summary>
public sealed record DefaultRecipe
{
    /// <summary>From this number of training images on, the whole pretrained network is fine-tuned; with fewer, only a head is trained.</summary>
    internal const int FineTuneFrom = 50;

    /// <summary>
    /// With fewer training images than the first number the steps of fine-tuning have the second number of images, so that there are enough of them.
    /// </summary>
    internal const int SmallBatchBelow = 1000, SmallBatch = 16;

    /// <summary>Images shown while fine-tuning, over all epochs; epochs = this / training images, within the two limits.</summary>
    internal const int FineTuneImages = 60_000, MinFineTuneEpochs = 8, MaxFineTuneEpochs = 20;

    /// <summary>
    /// From the first number of training images on, images begin small and grow, stretched to squares, and over all epochs the second number of them is
    /// shown: the figures of full images in half of the time.
    /// </summary>
    internal const int GrowFrom = 3000, GrowingImages = 42_000, MinGrowingEpochs = 7;

    /// <summary>Highest rate of the one-cycle course of fine-tuning, and that of a network without normalization, whose head is trained first.</summary>
    internal const double FineTuneRate = 0.0005, GentleRate = 0.00005;

    /// <summary>
    /// Images whose shorter side is at most this (median, pixels) are small; a network that is trained from scratch then gets at most the second number of
    /// pixels.
    /// </summary>
    internal const int SmallSide = 256, SizeForSmall = 160;

    /// <summary>Images shown from scratch, over all epochs, and the limits of the epochs.</summary>
    internal const int ScratchImages = 200_000, MinScratchEpochs = 15, MaxScratchEpochs = 60;

    /// <summary>From so many training images on a hidden layer beats a linear head on frozen features.</summary>
    internal const int HiddenFrom = 2000;

    /// <summary>Width of a hidden layer when none is given.</summary>
    public const int UsualHiddenWidth = 1024;

    /// <summary>Dropout and L2 of a head with a hidden layer on frozen features.</summary>
    internal const double HiddenDropout = 0.6, HiddenL2 = 0.03;

    /// <summary>The largest class must have so many times the images of the smallest before classes are weighed.</summary>
    internal const double UnbalancedFrom = 1.5;

    /// <summary>Presets from scratch, while a pretrained network is tuned, and with a frozen network (not used by it).</summary>
    internal const string ScratchAugmentation = "standard", FineTuneAugmentation = "light", FrozenAugmentation = "light";

    /// <summary>Views per image of a network that has trained on turned images, and of a frozen one.</summary>
    internal const int TrainedViews = 8, FrozenViews = 1;

    private const string HeadOption = "head";

    /// <summary>Epochs in which a pretrained network trains on so many images.</summary>
    internal static int EpochsFor(int trainingImages) => Math.Clamp(FineTuneImages / Math.Max(trainingImages, 1), MinFineTuneEpochs, MaxFineTuneEpochs);

    /// <summary>Width and height of the input in pixels; null: the network's own.</summary>
    public int? ImageSize { get; private init; }

    /// <summary>Epochs of the head or from scratch; null: the trainer's usual number; 0: no phase of the head before fine-tuning.</summary>
    public int? Epochs { get; private init; }

    /// <summary>Epochs in which the network itself trains.</summary>
    public int FineTuneEpochs { get; private init; }

    /// <summary>Width and height of the images in the first epoch in pixels; null: the full size.</summary>
    public int? ProgressiveFrom { get; private init; }

    /// <summary>How an image of another shape is brought to the size; null: cropped.</summary>
    public ResizeKind? Resize { get; private init; }

    /// <summary>Images per step; null: the trainer's usual number.</summary>
    public int? BatchSize { get; private init; }

    /// <summary>Highest rate of fine-tuning; null: the trainer's usual one.</summary>
    public double? FineTuneLearningRate { get; private init; }

    /// <summary>
    /// Whether the head is trained on frozen features before the network itself trains, at a tenth of the rate: the network does not normalize its
    /// values.
    /// </summary>
    public bool HeadFirst { get; private init; }

    /// <summary>Widths of hidden layers of the head.</summary>
    public IReadOnlyList<int> HiddenUnits { get; private init; } = [];

    /// <summary>Name of the augmentation preset.</summary>
    public string Augmentation { get; private init; } = FrozenAugmentation;

    /// <summary>What is done about small classes.</summary>
    public ClassBalance Balance { get; private init; }

    /// <summary>Views per image of the finished model.</summary>
    public int TestTimeAugmentation { get; private init; } = FrozenViews;

    /// <summary>Every choice with its reason, the weightiest first.</summary>
    internal IReadOnlyList<RecipeChoice> Choices { get; private init; } = [];

    /// <summary>Dropout that belongs to a head with <paramref name="hiddenUnits"/> on frozen features; null: the trainer's usual one.</summary>
    public static double? DropoutFor(IReadOnlyList<int> hiddenUnits, int fineTuneEpochs) => hiddenUnits.Count > 0 && fineTuneEpochs == 0 ? HiddenDropout : null;

    /// <summary>L2 that belongs to a head with <paramref name="hiddenUnits"/> on frozen features; null: the trainer's usual one.</summary>
    public static double? L2For(IReadOnlyList<int> hiddenUnits) => hiddenUnits.Count > 0 ? HiddenL2 : null;

    /// <summary>Chooses for the network that the options name and the images to train on.</summary>
    /// <param name="training">Images to train on, without validation and test set.</param>
    /// <param name="options">Name the network: <c>Arch</c>, <c>WeightsPath</c> or <c>Pretrained</c>, and maybe <c>FineTuneEpoch</c>.</param>
    /// <param name="fineTune">Whether the network itself is to train. Default null: as <c>FineTuneEpoch</c> says, else chosen.</param>
    /// <exception cref="SkinClassifierException">The ONNX file is damaged or not supported.</exception>
    public static DefaultRecipe For(ImageDataset training, ImageClassificationTrainerOptions options, bool? fineTune = null) =>
        For(DatasetFacts.Of(training, options), fineTune ?? (options.FineTuneEpoch is { } epochs ? epochs > 0 : null));

    /// <summary>The rule.</summary>
    internal static DefaultRecipe For(DatasetFacts facts, bool? fineTune)
    {
        List<RecipeChoice> choices = [];
        bool unbalanced = facts.Imbalance > UnbalancedFrom;
        RecipeChoice balance = new("balance", unbalanced ? "sqrt-weights" : "none",
            $"the largest class has {Number(Math.Round(facts.Imbalance, 1))} times the images of the smallest");
        DefaultRecipe recipe = new() { Balance = unbalanced ? ClassBalance.SqrtWeights : ClassBalance.None };
        if (!facts.IsPretrained)
        {
            int epochs = Math.Clamp(ScratchImages / Math.Max(facts.TrainingImages, 1), MinScratchEpochs, MaxScratchEpochs);
            int size = facts.ShorterSide is > 0 and <= SmallSide ? Math.Min(facts.NativeSize, SizeForSmall) : facts.NativeSize;
            return recipe with
            {
                Epochs = epochs,
                ImageSize = size,
                Augmentation = ScratchAugmentation,
                TestTimeAugmentation = TrainedViews,
                Choices = [new("epochs", Number(epochs), $"no pretrained weights, so all layers train on scratch; about {Number(ScratchImages)} "
                    + $"images shown, {MinScratchEpochs} to {MaxScratchEpochs} epochs"),
                    new("image-size", Number(size), size < facts.NativeSize
                        ? $"the images are small (shorter side {Number(facts.ShorterSide)} px); the network's own {Number(facts.NativeSize)} only "
                            + $"takes longer" : "the network's own size"), Augmented(ScratchAugmentation), balance, Views()],
            };
        }
        if (fineTune ?? facts.TrainingImages >= FineTuneFrom)
        {
            int? first = facts.MayGrow && facts.IsNormalized && facts.TrainingImages >= GrowFrom ? ProgressiveSizes.UsualFirst(facts.NativeSize) : null;
            int epochs = first is null ? EpochsFor(facts.TrainingImages)
                : Math.Max(GrowingImages / facts.TrainingImages, MinGrowingEpochs);
            double rate = facts.IsNormalized ? FineTuneRate : GentleRate;
            int? batch = facts.IsNormalized && facts.TrainingImages < SmallBatchBelow ? SmallBatch : null;
            return recipe with
            {
                HeadFirst = !facts.IsNormalized,
                Epochs = facts.IsNormalized ? 0 : null,
                FineTuneEpochs = epochs,
                FineTuneLearningRate = rate,
                BatchSize = batch,
                ImageSize = facts.NativeSize,
                ProgressiveFrom = first,
                Resize = first is null ? null : ResizeKind.Stretch,
                Augmentation = FineTuneAugmentation,
                TestTimeAugmentation = TrainedViews,
                Choices =
                [
                    new("fine-tune-epochs", Number(epochs), $"pretrained weights and "
                        + $"{(facts.TrainingImages >= FineTuneFrom ? $"at least {Number(FineTuneFrom)} training images" : "you asked for it")}, so "
                        + $"the whole network trains; 0 trains only a head, in a fraction of the time"),
                    new("fine-tune-learning-rate", Number(rate), facts.IsNormalized ? "the top of the one-cycle loop"
                        : "the network has no normalization: larger steps ruin it, and its head is trained first"),
                    .. batch is { } few ? [new RecipeChoice("batch-size", Number(few),
                        $"fewer than {Number(SmallBatchBelow)} training images: smaller steps, so that there are enough of them")]
                        : Array.Empty<RecipeChoice>(),
                    new("image-size", Number(facts.NativeSize), "the network's own size, also for smaller images: its filters know this scale"),
                    .. first is { } small ? [new RecipeChoice("progressive-from", Number(small), $"at least {Number(GrowFrom)} training images: images that "
                        + "grow give the same figures in half of the time; given epochs are of full size"),
                        new RecipeChoice("resize", "stretch", "images that grow keep their margins")]
                        : Array.Empty<RecipeChoice>(),
                    Augmented(FineTuneAugmentation), balance, Views(),
                ],
            };
        }
        bool hidden = facts.TrainingImages >= HiddenFrom;
        return recipe with
        {
            HiddenUnits = hidden ? [UsualHiddenWidth] : [],
            Choices =
            [
                new("fine-tune-epochs", "0", facts.TrainingImages < FineTuneFrom
                    ? $"fewer than {Number(FineTuneFrom)} training images: a head on the frozen features of the pretrained network"
                    : "you asked for it: a head on the frozen features of the pretrained network"),
                new(HeadOption, hidden ? "mlp" : "linear", $"{(hidden ? "at least" : "fewer than")} {Number(HiddenFrom)} training images"),
                balance,
            ],
        };

        RecipeChoice Augmented(string preset) => new("augment", preset, "every image is shown many times, each time another way");
        RecipeChoice Views() => new("tta", Number(TrainedViews), "it is trained on mirrored and turned images, so it can score them, too");
    }

    /// <summary>The choices that options leave open.</summary>
    internal IEnumerable<RecipeChoice> OpenIn(ImageClassificationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Choices.Where(c =>
            TrainerOptionTable.All.First(l => l.Name == (c.Option == HeadOption ? "hidden" : c.Option)).Get(options) is null);
    }

    /// <summary>
    /// The options with a choice for everything that they leave open; what is given stays. A trainer takes them as they are and chooses nothing more.
    /// </summary>
    public ImageClassificationTrainerOptions Complete(ImageClassificationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<int> hidden = options.HiddenUnits ?? HiddenUnits;
        int fineTuneEpochs = options.FineTuneEpoch ?? FineTuneEpochs;
        return options with
        {
            ImageSize = options.ImageSize ?? ImageSize,
            Epoch = options.Epoch ?? Epochs,
            FineTuneEpoch = fineTuneEpochs,
            ProgressiveFrom = options.ProgressiveFrom ?? ProgressiveFrom,
            Resize = options.Resize ?? Resize,
            FineTuneLearningRate = options.FineTuneLearningRate ?? FineTuneLearningRate,
            BatchSize = options.BatchSize ?? BatchSize,
            HiddenUnits = hidden,
            Dropout = options.Dropout ?? DropoutFor(hidden, fineTuneEpochs),
            L2 = options.L2 ?? L2For(hidden),
            Augmentation = options.Augmentation ?? AugmentationPipeline.Preset(Augmentation),
            Balance = options.Balance ?? Balance,
            TestTimeAugmentation = options.TestTimeAugmentation ?? TestTimeAugmentation,
            IsComplete = true,
        };
    }

    /// <summary>The options with every choice of this recipe.</summary>
    public ImageClassificationTrainerOptions Apply(ImageClassificationTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            ImageSize = ImageSize,
            Epoch = Epochs,
            FineTuneEpoch = FineTuneEpochs,
            ProgressiveFrom = ProgressiveFrom,
            Resize = Resize,
            FineTuneLearningRate = FineTuneLearningRate,
            BatchSize = BatchSize ?? options.BatchSize,
            HiddenUnits = HiddenUnits,
            Dropout = DropoutFor(HiddenUnits, FineTuneEpochs),
            L2 = L2For(HiddenUnits),
            Augmentation = AugmentationPipeline.Preset(Augmentation),
            Balance = Balance,
            TestTimeAugmentation = TestTimeAugmentation,
            IsComplete = true,
        };
    }

    private static string Number(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
