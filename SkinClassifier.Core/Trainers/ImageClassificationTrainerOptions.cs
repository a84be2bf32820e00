using SkinClassifier.Backbones;
using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Optimizers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Trainers;

/// <summary>
/// All choices of <see cref="ImageClassificationTrainer"/>. Names follow ML.NET where it has one. Null leaves a choice open; the trainer then chooses as
/// the command line's `train` does: the network, where none is named (<see cref="Arch"/>, <see cref="WeightsPath"/> and <see cref="Pretrained"/> are null),
/// by <see cref="Defaults.BackboneChoice"/>, and the rest from the network and the images by <see cref="Defaults.DefaultRecipe"/>. What was chosen is reported
/// and written into the model's manifest.
/// </summary>
public sealed record ImageClassificationTrainerOptions
{
    /// <summary>
    /// The built-in network; not used when <see cref="WeightsPath"/> or <see cref="Pretrained"/> is given. Default null: chosen, when nothing else
    /// names a network.
    /// </summary>
    public Architecture? Arch { get; init; }

    /// <summary>An ONNX file with a pretrained network, which becomes the backbone. Default null: see <see cref="Pretrained"/>.</summary>
    public string? WeightsPath { get; init; }

    /// <summary>
    /// A network in memory whose weights are already good; it is copied. Default null: <see cref="Arch"/>, when it is named, is trained from scratch
    /// unless <see cref="WeightsPath"/> is given.
    /// </summary>
    public Backbone? Pretrained { get; init; }

    /// <summary>Factor on the number of channels of <see cref="Arch"/>; default 1, range 0.1 to 4.</summary>
    public double WidthMultiplier { get; init; } = 1;

    /// <summary>Name of the value of the ONNX file that the head reads. Default null: found by rule.</summary>
    public string? FeatureOutput { get; init; }

    /// <summary>How the backbone's last feature map becomes features: mean (default), largest value, or both side by side.</summary>
    public FeaturePooling Pooling { get; init; } = FeaturePooling.Average;

    /// <summary>How the backbone wants its colors. Default null: the network's own; ImageNet's for an ONNX file.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>Width and height of the network's input in pixels. Default null: the backbone's own; range 16 to 2048.</summary>
    public int? ImageSize { get; init; }

    /// <summary>
    /// How an image of another shape is brought to the size. Default null: stretch where the trainer chooses images that grow (see
    /// <see cref="ProgressiveFrom"/>), else crop.
    /// </summary>
    public ResizeKind? Resize { get; init; }

    /// <summary>The filter that scales. Default: triangle.</summary>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Triangle;

    /// <summary>
    /// Decodes large JPEG files at 1/2, 1/4 or 1/8 of their size while the image stays at least twice as wide and high as it is scaled to; stored in
    /// the model, so that evaluation and prediction do the same. Augmentations see the smaller image. Default false.
    /// </summary>
    public bool ReducedDecoding { get; init; }

    /// <summary>Limits while images are decoded. Default: <see cref="DecoderOptions.Default"/>.</summary>
    public DecoderOptions Decoder { get; init; } = DecoderOptions.Default;

    /// <summary>Widths of hidden layers of the head. Empty: a linear head. Default null: chosen.</summary>
    public IReadOnlyList<int>? HiddenUnits { get; init; }

    /// <summary>
    /// Share of the values before each layer of the head that are dropped while training. Default null: 0 for a linear head on frozen features, else
    /// 0.2. Range 0 to below 1.
    /// </summary>
    public double? Dropout { get; init; }

    /// <summary>
    /// Epochs of the head on frozen features with a pretrained backbone, of all layers without. Default null: chosen; 30 for a head that alone trains.
    /// Range 1 to 100 000; 0 with <see cref="FineTuneEpoch"/> leaves the head's own phase out.
    /// </summary>
    public int? Epoch { get; init; }

    /// <summary>Epochs in which the pretrained network itself trains, after the head. Default null: chosen. Range 0 to 100 000.</summary>
    public int? FineTuneEpoch { get; init; }

    /// <summary>How many blocks at the end of the backbone train while fine-tuning. Default null: all. Range 0 and up (0: only the head).</summary>
    public int? UnfreezeBlocks { get; init; }

    /// <summary>Factor of the learning rate from block to block toward the input while fine-tuning; default 1 (all alike), range above 0 to 1.</summary>
    public double LayerDecay { get; init; } = 1;

    /// <summary>
    /// Epochs of fine-tuning within which the open blocks begin to train, one after the other from the output to the input; default 0: all at once.
    /// Range 0 to 1000.
    /// </summary>
    public double UnfreezeEpochs { get; init; }

    /// <summary>
    /// Gradual freezing: share of the network's blocks that do not train at the end. They stop one after the other from the input to the output, in the
    /// middle half of the epochs; each makes the steps shorter. Default 0: all blocks train to the end. Range 0 to 0.9. Brock et al., FreezeOut, 2017.
    /// </summary>
    public double GradualFreezing { get; init; }

    /// <summary>
    /// Share of the easy images that an epoch leaves out; easy are those whose loss was below the mean when they were last shown. Those shown count
    /// 1/(1 − share) times. The first epoch and the last eighth of the epochs show all. Default 0: none is left out. Range 0 to 0.9; not with
    /// <see cref="MixUp"/> or <see cref="CutMix"/>. Qin et al., InfoBatch, 2024.
    /// </summary>
    public double SkipEasy { get; init; }

    /// <summary>BatchNormalization while fine-tuning: statistics of the batch, or frozen. Default: training.</summary>
    public BatchNormalizationMode BatchNormalization { get; init; } = BatchNormalizationMode.Training;

    /// <summary>Examples per step. Default null: 128 for the head, 32 for images. Range 1 to 65 536.</summary>
    public int? BatchSize { get; init; }

    /// <summary>
    /// Batches whose gradient accumulation; default 1, range 1 to 65 536. A step then trains as from one batch of this many times
    /// <see cref="BatchSize"/> images, in the memory of one; BatchNormalization still sees the small batches. The last step of an epoch may have fewer.
    /// </summary>
    public int AccumulateSteps { get; init; } = 1;

    /// <summary>
    /// Whether values between the borders of the network's blocks are computed again in the backward pass of images instead of being kept: the same
    /// weights to the bit from larger batches or images in the same memory, for up to half more time a step. Default false: only where memory is scarce.
    /// See <see cref="PlanOptions.GradientCheckpointing"/>.
    /// </summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>
    /// Base learning rate of the head, or of all layers from scratch. Default null: 0.01 with SGD, 0.001 with the others. Range above 0 to 100.
    /// </summary>
    public double? LearningRate { get; init; }

    /// <summary>Base learning rate of fine-tuning. Default null: 0.01 with SGD, 0.0005 with the others. Range above 0 to 100.</summary>
    public double? FineTuneLearningRate { get; init; }

    /// <summary>The rule of the steps. Default null: SGD for a head on frozen features, AdamW for images.</summary>
    public OptimizerKind? Optimizer { get; init; }

    /// <summary>Momentum of SGD and RMSprop; default 0.9, range 0 to below 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// β₂ of Adam and AdamW: how much of the mean squared gradient stays from step to step. Default 0.999, range 0 to below 1. Less follows changes sooner,
    /// for short trainings and small batches (Kingma and Ba 2015, algorithm 1).
    /// </summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Whether SGD uses Nesterov's form of momentum. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How the learning rate changes. Default null: cosine for the head, one-cycle for images.</summary>
    public LearningRateSchedule? LearningRateScheduler { get; init; }

    /// <summary>Epochs in which the rate rises before the schedule begins, fractions allowed; default 0.</summary>
    public double WarmupEpochs { get; init; }

    /// <summary>What training makes small. Default: softmax cross-entropy.</summary>
    public LossKind Loss { get; init; } = LossKind.CrossEntropy;

    /// <summary>Exponent γ of the focal loss; default 2, range 0 to 10.</summary>
    public double FocalGamma { get; init; } = 2;

    /// <summary>Weight decay of the head on frozen features, on features of unit variance. Default null: 0.1. Range 0 to 100.</summary>
    public double? L2 { get; init; }

    /// <summary>Weight decay when images are trained (fine-tuning, from scratch); biases and normalization have none. Default 0.0001, range 0 to 10.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Part of each target spread over all classes; default 0, range 0 to below 1.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What is done about small classes. Default null: chosen.</summary>
    public ClassBalance? Balance { get; init; }

    /// <summary>Random changes of the images while they are trained (not for frozen features). Default null: chosen.</summary>
    public AugmentationPipeline? Augmentation { get; init; }

    /// <summary>α of MixUp: images of a batch and their labels are mixed in a share from Beta(α, α); default 0: none. Range 0 to 10; 0.2 is usual.</summary>
    public double MixUp { get; init; }

    /// <summary>
    /// α of CutMix: a rectangle is exchanged between images of a batch; default 0: none. Range 0 to 10; 1 is usual. With <see cref="MixUp"/> each
    /// step takes one of the two at random.
    /// </summary>
    public double CutMix { get; init; }

    /// <summary>Longest gradient of a step over all weights together; default 0: no limit.</summary>
    public double MaxGradientNorm { get; init; }

    /// <summary>Decay of a moving average of the weights, which is then validated and kept; default 0: none. Range 0 to below 1, for example 0.999.</summary>
    public double EmaDecay { get; init; }

    /// <summary>
    /// Stochastic weight averaging: share of the epochs at the end, when images are trained, whose final weights are averaged; default 0: none, range
    /// 0 to 1, for example 0.25. The running statistics of BatchNormalization are measured again for the average, on training images; the validation
    /// set chooses between it and the best epoch, without one the average is kept. Izmailov et al., 2018.
    /// </summary>
    public double SwaFraction { get; init; }

    /// <summary>
    /// Constant learning rate of the epochs that are averaged, with the schedule running its whole loop before them. Default null: the schedule goes
    /// on. Range above 0 to 100.
    /// </summary>
    public double? SwaLearningRate { get; init; }

    /// <summary>
    /// Width and height in pixels of the images in the first epoch of images; they grow in steps of 32 (8 for small networks) over the first two
    /// thirds of the epochs to the network's own size. Default null: the full size, and for many images chosen together with the number of epochs, where
    /// neither that nor <see cref="ImageSize"/> is given. Range 16 to below the full size; the network must take images of any size.
    /// </summary>
    public int? ProgressiveFrom { get; init; }

    /// <summary>
    /// A trained model whose probabilities are trained beside the labels (knowledge distillation; Hinton et al., 2015). It needs the same labels, in
    /// any order. Default null: none.
    /// </summary>
    public ImageClassificationModel? Teacher { get; init; }

    /// <summary>
    /// Share of the teacher in the loss: (1 − w)·loss of the labels + w·T²·KL(teacher, network), both softened by T. Default 0.5, range 0 to 1.
    /// </summary>
    public double DistillationWeight { get; init; } = 0.5;

    /// <summary>Temperature T that softens the probabilities of teacher and network; default 2, range 0.1 to 100.</summary>
    public double DistillationTemperature { get; init; } = 2;

    /// <summary>
    /// Whether the network first takes the color of the light out of an image; part of the network, so it holds for every prediction. Default: none.
    /// </summary>
    public ColorConstancy ColorConstancy { get; init; } = ColorConstancy.None;

    /// <summary>
    /// When to stop before the last epoch. Default: after 20 epochs without a lower validation loss (after calibration, see
    /// <see cref="EarlyStopping.Metric"/>). Null: never.
    /// </summary>
    public EarlyStopping? EarlyStoppingCriteria { get; init; } = new();

    /// <summary>
    /// Images that choose the best epoch and the temperature. Default null: a part of the training images, see <see cref="ValidationSetFraction"/>.
    /// </summary>
    public ImageDataset? ValidationSet { get; init; }

    /// <summary>
    /// Part of the training groups that becomes the validation set when there is none; default 0.1, range 0 (none) to below 1. Images already marked
    /// as validation are used instead.
    /// </summary>
    public double ValidationSetFraction { get; init; } = DatasetSplits.UsualValidation;

    /// <summary>
    /// Whether a temperature is fitted on the validation set and put into the network, so that scores are honest probabilities. Default true.
    /// </summary>
    public bool FitTemperature { get; init; } = true;

    /// <summary>
    /// Views per image that the finished model averages when it predicts and is measured by our readers: 1, 2, 4 or 8; default null: chosen.
    /// Stored in the manifest; training and the validation set use the image alone.
    /// </summary>
    public int? TestTimeAugmentation { get; init; }

    /// <summary>
    /// How probabilities become a class, stored in the model; they themselves do not change. Default: the highest score. Training, the choice of the epoch
    /// and the metrics of validation go by the highest score in any case.
    /// </summary>
    public DecisionTarget Decision { get; init; } = DecisionTarget.HighestScore;

    /// <summary>
    /// What the model's policy promises: prediction sets, and abstention where the model is not confident enough. It is fitted on the validation set (or by
    /// cross-validation of the training images) and does not change training or scores. Default: <see cref="PolicyOptions"/> with its defaults. Null: none.
    /// </summary>
    public PolicyOptions? Policy { get; init; } = new();

    /// <summary>
    /// Whether the model keeps a gallery of its training images: their file names, their classes and a point in its feature space for each (about 130 bytes and
    /// the name), so that predictions can name the most similar ones (<see cref="Models.ImageClassificationModel.HasGallery"/>). Whoever has the model then
    /// learns which files it was trained with; give file names that name no person. Default: false.
    /// </summary>
    public bool KeepGallery { get; init; }

    /// <summary>Whether the policy learns to tell foreign and unusable images.</summary>
    internal bool FitChecks { get; init; } = true;

    /// <summary>Whether heads for folds of the training images may add calibration images to the policy; trials of a search have no time for it.</summary>
    internal bool CalibrateByFolds { get; init; } = true;

    /// <summary>Called with messages, progress and each epoch's metrics, from the training thread. Default: null, no calls.</summary>
    public Action<TrainingMetrics>? MetricsCallback { get; init; }

    /// <summary>Folder for cached features. Default null: nothing is kept.</summary>
    public string? WorkspacePath { get; init; }

    /// <summary>
    /// Folder for the checkpoint, written after every epoch and every <see cref="CheckpointMinutes"/>. Default null: none. A run that does not resume
    /// deletes an old one; the file stays after the run; its maker deletes it.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Longest time between two checkpoints within an epoch; default 5 minutes, above 0.</summary>
    public double CheckpointMinutes { get; init; } = 5;

    /// <summary>
    /// Whether to go on from the checkpoint in <see cref="CheckpointPath"/>, when there is one; the result is bit for bit that of an undisturbed run.
    /// Default false.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Seed of everything random. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads to work on; the result does not depend on it. Default 0: all processors. Range 0 to 1024.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The processes that train together, each of them with the same data and options: every batch is shared evenly among them. The model is bit for bit
    /// that of one process, and every process gets it; files are written by the first process alone, and only it calls <see cref="MetricsCallback"/>.
    /// Default null: this process alone. 1, 2, 4 or 8 processes.
    /// </summary>
    public IProcessGroup? ProcessGroup { get; init; }

    /// <summary>Whether a recipe has chosen what was open, so that nothing is left to choose.</summary>
    internal bool IsComplete { get; init; }

    /// <summary>Whether the network is left open.</summary>
    internal bool NamesNoNetwork => Arch is null && WeightsPath is null && Pretrained is null;

    /// <summary><see cref="Arch"/>, or MobileNetV2.</summary>
    internal Architecture Network => Arch ?? Architecture.MobileNetV2;

    /// <summary><see cref="HiddenUnits"/>, or none.</summary>
    internal IReadOnlyList<int> HiddenWidths => HiddenUnits ?? [];

    /// <summary><see cref="FineTuneEpoch"/>, or 0.</summary>
    internal int FineTuneEpochs => FineTuneEpoch ?? 0;

    /// <summary><see cref="Balance"/>, or weights by the square root of the inverse frequency.</summary>
    internal ClassBalance ClassBalance => Balance ?? ClassBalance.SqrtWeights;

    /// <summary><see cref="Augmentation"/>, or the preset "light".</summary>
    internal AugmentationPipeline Augmentations => Augmentation ?? AugmentationPipeline.Preset("light");

    /// <summary><see cref="TestTimeAugmentation"/>, or 1.</summary>
    internal int Views => TestTimeAugmentation ?? 1;
}
