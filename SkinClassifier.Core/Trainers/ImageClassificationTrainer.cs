using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Trainers;

/// <summary>
/// Trains an image classifier. With a pretrained backbone: its features are computed once (and kept in the workspace), a softmax head is trained on them,
/// then, with <see cref="ImageClassificationTrainerOptions.FineTuneEpoch"/>, the network itself. Without: all layers from scratch.
/// The same data, options and seed give the same weights bit for bit on any number of threads.
/// </summary>
/// <example><code>
/// TrainTestData data = ImageDataset.FromFolder("photos").TrainTestSplit(testFraction: 0.2, groupBy: "lesion_id");
/// ImageClassificationTrainer trainer = new(new() { Arch = Architecture.MobileNetV2, Epoch = 30, MetricsCallback = Console.WriteLine });
/// ImageClassificationModel model = trainer.Fit(data.TrainSet);
/// </code></example>
public sealed class ImageClassificationTrainer
{
    private const string DecisionName = $"{nameof(ImageClassificationTrainerOptions)}.{nameof(ImageClassificationTrainerOptions.Decision)}";

    /// <summary>Creates a trainer and checks all options.</summary>
    /// <param name="options">Default: all defaults.</param>
    /// <exception cref="ArgumentException">Options are out of their ranges; the text lists every error.</exception>
    public ImageClassificationTrainer(ImageClassificationTrainerOptions? options = null)
    {
        Options = options ?? new ImageClassificationTrainerOptions();
        TrainerOptionsCheck.Check(Options);
    }

    /// <summary>The options.</summary>
    public ImageClassificationTrainerOptions Options { get; }

    /// <summary>Images that the last <see cref="Fit"/> could not read, by path.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; private set; } = [];

    /// <summary>Trains a model.</summary>
    /// <param name="data">Images to train on; images marked as test are not touched. A validation set is cut off unless the options give one.</param>
    /// <param name="cancellationToken">Stops after the current step; the model of the best epoch so far is returned.</param>
    /// <returns>The model with the weights of the best epoch; its <see cref="ImageClassificationModel.History"/> tells the loop.</returns>
    /// <exception cref="ArgumentException">Fewer than two classes have images, the validation set has other classes, the loss does not fit the
    /// number of classes, or the decision names other classes or one without validation images.</exception>
    /// <exception cref="SkinClassifierException">The weights file is damaged or not supported, or no image can be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before there was anything to return.</exception>
    public ImageClassificationModel Fit(ImageDataset data, CancellationToken cancellationToken = default)
    {
        RunSetup run = Prepare(data, new ProgressReporter(Options.ProcessGroup is { Rank: > 0 } ? null : Options.MetricsCallback));
        try
        {
            return new TrainingRun(run).Run(cancellationToken);
        }
        finally
        {
            Skipped = run.Skipped.All;
        }
    }

    /// <summary>Splits and checks the data, loads the backbone and makes everything ready for the phases.</summary>
    /// <param name="data">Images to train on.</param>
    /// <param name="reporter">Hears what is chosen.</param>
    /// <param name="fullSize">Whether images have the full size from the beginning, whatever options or choices say.</param>
    internal RunSetup Prepare(ImageDataset data, ProgressReporter reporter, bool fullSize = false)
    {
        ArgumentNullException.ThrowIfNull(data);
        (ImageDataset train, ImageDataset validation) = Split(data);
        CheckClasses(train, validation);
        WorkerPool workers = Options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(Options.Threads);
        ImageClassificationTrainerOptions options = OpenOptions.Choose(Options, train, text => reporter.Report(text));
        if (fullSize)
            options = options with { ProgressiveFrom = null };
        if (options.Decision.Problem(train.Labels) is { } problem)
            throw new ArgumentException($"{DecisionName}: {options.Decision}: {problem}. Use the classes of the data.", nameof(data));
        RunSetup run = new(options, train, validation, LoadedBackbone.Load(options), workers, reporter);
        if (options.Decision.Label is { } label && (run.ChoosesByFolds ? train : validation).Examples.All(e => e.Label != label))
            throw new ArgumentException($"{DecisionName}: {options.Decision}: expected validation images of '{label}', which choose the threshold, received "
                + $"none among {validation.Examples.Count}. Use a larger validation set.", nameof(data));
        reporter.Report($"{train.Examples.Count} images to train on, {validation.Examples.Count} to validate, {train.Labels.Count} classes; "
            + $"{run.Backbone.Name}, {(run.Backbone.IsPretrained ? "pretrained" : "from scratch")}");
        return run;
    }

    private (ImageDataset Train, ImageDataset Validation) Split(ImageDataset data)
    {
        ImageDataset known = data.Subset(data.Examples.Where(e => e.Split != DatasetSplit.Test));
        if (Options.ValidationSet is { } given)
            return (known, given);
        if (Options.ValidationSetFraction == 0 && known.Examples.All(e => e.Split != DatasetSplit.Validation))
            return (known, known.Subset([]));
        DatasetSplits splits = known.Split(Options.ValidationSetFraction, 0, seed: Options.Seed);
        return (splits.Train, splits.Validation);
    }

    private void CheckClasses(ImageDataset train, ImageDataset validation)
    {
        int present = train.CountByLabel().Count(c => c > 0);
        if (present < 2)
            throw new ArgumentException($"Fit: expected images of at least 2 classes to train on, received {train.Examples.Count} images of "
                + $"{present}. Add images or use a smaller validation set.", "data");
        if (!validation.Labels.SequenceEqual(train.Labels, StringComparer.Ordinal))
            throw new ArgumentException($"Fit: expected a validation set with the classes {string.Join(", ", train.Labels)}, received "
                + $"{string.Join(", ", validation.Labels)}. Read both from one dataset.", "data");
        if (Options.Loss is Losses.LossKind.Binary or Losses.LossKind.BinaryHinge && train.Labels.Count != 2)
            throw new ArgumentException($"Fit: loss '{(Options.Loss == Losses.LossKind.Binary ? "binary" : "binary-hinge")}': expected 2 classes, "
                + $"received {train.Labels.Count}. Use {(Options.Loss == Losses.LossKind.Binary ? "cross-entropy" : "hinge")}.", "data");
    }
}
