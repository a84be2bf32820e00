using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>What every kind of training begins with: the network, the images in their parts, and what is chosen for them.</summary>
/// <param name="Backbone">The network.</param>
/// <param name="Data">All images.</param>
/// <param name="Splits">The images to train on, to validate, to measure.</param>
/// <param name="Recipe">What is chosen where the command line says nothing.</param>
internal sealed record TrainingPreparation(BackboneChoice Backbone, ImageDataset Data, DatasetSplits Splits, DefaultRecipe Recipe)
{
    /// <summary>Finds the network, reads and splitsFile the data, chooses; tells about each.</summary>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its options.</param>
    /// <param name="dataPath">Folder or CSV file.</param>
    /// <param name="splitsFile">The parts of the run that goes on, which hold whatever has become of the images since; null or no such file: parts are made.</param>
    public static TrainingPreparation Make(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, string? splitsFile = null)
    {
        BackboneChoice backbone = BackboneChoice.Resolve(terminal, parsed.GetValue(options.Backbone)!, parsed.GetValue(options.Weights)!, parsed.GetValue(options.Offline));
        if (backbone is { OnnxFile: { } network, Normalization: null } && parsed.GetValue(options.Normalize) is null)
            Terminal.Warn($"{network}: nothing says how the network wants its images normalized; imagenet is assumed. Another one makes the run silently bad: give --normalize ({TrainOptionSet.NormalizationForms}).");
        bool goesOn = File.Exists(splitsFile);
        (ImageDataset data, DatasetSplits splits) = OpenData(terminal, parsed, options, dataPath, goesOn ? splitsFile : null);
        return For(terminal, parsed, options, backbone, data, goesOn ? splits : Limit(splits, parsed, options));
    }

    /// <summary>Reads and splitsFile the data; as <paramref name="splitsFile"/> says, else as --splitsFile says, else by fractions and seed.</summary>
    public static (ImageDataset Data, DatasetSplits Splits) OpenData(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, string? splitsFile = null)
    {
        splitsFile ??= parsed.GetValue(options.Splits);
        if (splitsFile is not null && !File.Exists(splitsFile))
            throw new InputException($"--splitsFile {splitsFile}: expected the splits.csv of a run, found no such file.");
        if (splitsFile is not null && parsed.GetValue(options.Folds) > 0)
            throw new ArgumentException("--splitsFile: expected without --folds, which makes its own parts.");
        ImageDataset data = Datasets.Open(terminal, dataPath, splitsFile is null ? parsed.GetValue(options.GroupBy) : null);
        DatasetSplits splits = splitsFile is null ? data.Split(parsed.GetValue(options.Validation), parsed.GetValue(options.Test), parsed.GetValue(options.GroupBy), parsed.GetValue(options.Seed)) : data.SplitAs(splitsFile);
        foreach (string warning in splits.Train.Warnings)
            Terminal.Warn(warning);
        terminal.Note($"{data.Examples.Count} images of {data.Labels.Count} classes: {splits.Train.Examples.Count} to train on, {splits.Validation.Examples.Count} to validate, {splits.Test.Examples.Count} to measure");
        return (data, splits);
    }

    /// <summary>The parts with only as many training images as --learn-from says.</summary>
    public static DatasetSplits Limit(DatasetSplits splits, ParseResult parsed, TrainOptionSet options) =>
        parsed.GetValue(options.LimitTrain) is not { } count ? splits
        : count < 2 ? throw new ArgumentException($"--learn-from: expected 2 or more, received {count}.")
        : splits with { Train = splits.Train.Sample(count, parsed.GetValue(options.Seed)) };

    /// <summary>Chooses for a network and parts that are known, and tells what and why.</summary>
    public static TrainingPreparation For(Terminal terminal, ParseResult parsed, TrainOptionSet options, BackboneChoice backbone, ImageDataset data, DatasetSplits splits)
    {
        DefaultRecipe recipe = DefaultRecipe.For(splits.Train, new ImageClassificationTrainerOptions { Arch = backbone.Architecture, WeightsPath = backbone.OnnxFile, Pretrained = backbone.Pretrained }, parsed.GetValue(options.FineTuneEpochs) is { } epochs ? epochs > 0 : null);
        TrainingPreparation prepared = new(backbone, data, splits, recipe);
        RecipeChoice[] open = [.. prepared.Open(parsed, options)];
        if (open.Length > 0)
            terminal.Note("chosen from the data (any of these options can be given):");
        foreach (RecipeChoice choice in open)
            terminal.Note($"  {$"--{choice.Option} {choice.Value}",-32} {choice.Reason}");
        return prepared;
    }

    /// <summary>The choices that the command line leaves open.</summary>
    public IEnumerable<RecipeChoice> Open(ParseResult parsed, TrainOptionSet options) =>
        Recipe.Choices.Where(c => options.All.First(o => o.Name == "--" + c.Option) is { } option && (parsed.GetResult(option) is null or { Implicit: true } || c.Option == "head" && parsed.GetValue(options.Head) == "auto"));

    /// <summary>The trainer's options.</summary>
    public ImageClassificationTrainerOptions Options(ParseResult parsed, TrainOptionSet options, RunFolders folders, Action<TrainingMetrics> callback) => options.Build(parsed, Recipe, Splits.Validation, folders, Backbone, callback);
}
