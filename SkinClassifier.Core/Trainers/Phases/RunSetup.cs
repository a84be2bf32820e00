using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>What is fixed before a run trains: options with everything chosen, images, network, and how each phase trains.</summary>
internal sealed class RunSetup
{
    /// <summary>Checks that the parts fit together, and makes the head.</summary>
    /// <exception cref="ArgumentException">The teacher has other labels, or images cannot grow from the size that the options name.</exception>
    public RunSetup(ImageClassificationTrainerOptions options, ImageDataset train, ImageDataset validation, LoadedBackbone backbone,
        WorkerPool workers, ProgressReporter reporter)
    {
        (Options, Train, Validation, Backbone, Workers, Reporter) = (options, train, validation, backbone, workers, reporter);
        int[] counts = train.CountByLabel();
        HeadSettings = PhaseSettings.Head(options, counts);
        FineTuneSettings = PhaseSettings.FineTune(options, counts);
        ScratchSettings = PhaseSettings.Scratch(options, counts);
        Skipped = new SkippedFiles(reporter);
        if (options.Teacher is { } teacher)
            TeacherScores.Match(teacher, train.Labels);
        if (options.ProgressiveFrom is { } small && !HeadOnly)
            new ProgressiveSizes(small, backbone.Preprocessor.Width, NetworkSettings.Epochs).Check(backbone);
        Head = new ClassifierHead(backbone.FeatureCount, options.HiddenWidths, HeadSettings.Loss.OutputCount(Classes), options.Seed,
            withNetwork: !HasHeadPhase);
    }

    /// <summary>The options, with everything chosen.</summary>
    public ImageClassificationTrainerOptions Options { get; }

    /// <summary>Images to train on.</summary>
    public ImageDataset Train { get; }

    /// <summary>Images that choose; there may be none.</summary>
    public ImageDataset Validation { get; }

    /// <summary>The network without its head.</summary>
    public LoadedBackbone Backbone { get; }

    /// <summary>The head.</summary>
    public ClassifierHead Head { get; }

    /// <summary>Who computes.</summary>
    public WorkerPool Workers { get; }

    /// <summary>The processes that train together; null: this one alone.</summary>
    public IProcessGroup? Group => Options.ProcessGroup is { Size: > 1 } group ? group : null;

    /// <summary>Where reports go.</summary>
    public ProgressReporter Reporter { get; }

    /// <summary>Images that could not be read.</summary>
    public SkippedFiles Skipped { get; }

    /// <summary>How a head on frozen features trains.</summary>
    public PhaseSettings HeadSettings { get; }

    /// <summary>How a pretrained network is fine-tuned.</summary>
    public PhaseSettings FineTuneSettings { get; }

    /// <summary>How all layers train from scratch.</summary>
    public PhaseSettings ScratchSettings { get; }

    /// <summary>How the network itself trains: fine-tuning, or from scratch.</summary>
    public PhaseSettings NetworkSettings => Backbone.IsPretrained ? FineTuneSettings : ScratchSettings;

    /// <summary>K.</summary>
    public int Classes => Train.Labels.Count;

    /// <summary>Whether a head trains on features of the frozen network, alone or before the network itself.</summary>
    public bool HasHeadPhase => Backbone.IsPretrained && Options.Epoch != 0;

    /// <summary>Whether only the head trains.</summary>
    public bool HeadOnly => Backbone.IsPretrained && Options.FineTuneEpochs == 0;

    /// <summary>
    /// Whether heads for folds of the training images choose: only a head trains and the validation set is too small to choose by. An unreadable image
    /// may still change it.
    /// </summary>
    public bool ChoosesByFolds => HeadOnly && Validation.Examples.Count < HeadSettings.MinImagesToChoose
        && Train.Examples.Count >= HeadCrossValidation.MinImages;
}
