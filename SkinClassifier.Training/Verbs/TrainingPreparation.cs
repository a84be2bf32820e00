using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>What every kind of training begins with: the network, the pictures in their parts, and what is chosen for them.</summary>
/// <param name="Backbone">The network.</param>
/// <param name="Data">All pictures.</param>
/// <param name="Parts">The pictures to learn from, to validate, to measure.</param>
/// <param name="Recipe">What is chosen where the command line says nothing.</param>
internal sealed record TrainingPreparation(BackboneChoice Backbone, ImageDataset Data, DatasetParts Parts, DefaultRecipe Recipe)
{
    /// <summary>Finds the network, reads and splits the data, chooses; tells about each.</summary>
    /// <param name="terminal">Where it is told.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="options">Its options.</param>
    /// <param name="dataPath">Folder or CSV file.</param>
    /// <param name="splits">The parts of the run that goes on, which hold whatever has become of the pictures since; null or no such file: parts are made.</param>
    public static TrainingPreparation Make(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, string? splits = null)
    {
        BackboneChoice backbone = BackboneChoice.Resolve(terminal, parsed.GetValue(options.Backbone)!, parsed.GetValue(options.Weights)!, parsed.GetValue(options.Offline));
        bool goesOn = File.Exists(splits);
        (ImageDataset data, DatasetParts parts) = OpenData(terminal, parsed, options, dataPath, goesOn ? splits : null);
        return For(terminal, parsed, options, backbone, data, goesOn ? parts : Limit(parts, parsed, options));
    }

    /// <summary>Reads and splits the data; as <paramref name="splits"/> says, else as --splits says, else by fractions and seed.</summary>
    public static (ImageDataset Data, DatasetParts Parts) OpenData(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, string? splits = null)
    {
        splits ??= parsed.GetValue(options.Splits);
        if (splits is not null && !File.Exists(splits))
            throw new InputException($"--splits {splits}: expected the splits.csv of a run, found no such file.");
        if (splits is not null && parsed.GetValue(options.Folds) > 0)
            throw new ArgumentException("--splits: expected without --folds, which makes its own parts.");
        ImageDataset data = Datasets.Open(terminal, dataPath, splits is null ? parsed.GetValue(options.GroupBy) : null);
        DatasetParts parts = splits is null ? data.Split(parsed.GetValue(options.Validation), parsed.GetValue(options.Test), parsed.GetValue(options.GroupBy), parsed.GetValue(options.Seed)) : data.SplitAs(splits);
        foreach (string warning in parts.Train.Warnings)
            Terminal.Warn(warning);
        terminal.Note($"{data.Examples.Count} pictures of {data.Labels.Count} classes: {parts.Train.Examples.Count} to learn from, {parts.Validation.Examples.Count} to validate, {parts.Test.Examples.Count} to measure");
        return (data, parts);
    }

    /// <summary>The parts with only as many training pictures as --learn-from says.</summary>
    public static DatasetParts Limit(DatasetParts parts, ParseResult parsed, TrainOptionSet options) =>
        parsed.GetValue(options.LearnFrom) is not { } count ? parts
        : count < 2 ? throw new ArgumentException($"--learn-from: expected 2 or more, received {count}.")
        : parts with { Train = parts.Train.Sample(count, parsed.GetValue(options.Seed)) };

    /// <summary>Chooses for a network and parts that are known, and tells what and why.</summary>
    public static TrainingPreparation For(Terminal terminal, ParseResult parsed, TrainOptionSet options, BackboneChoice backbone, ImageDataset data, DatasetParts parts)
    {
        DefaultRecipe recipe = DefaultRecipe.For(parts.Train, new ImageClassificationTrainerOptions { Arch = backbone.Architecture, WeightsPath = backbone.OnnxFile, Pretrained = backbone.Pretrained }, parsed.GetValue(options.FineTuneEpochs) is { } epochs ? epochs > 0 : null);
        TrainingPreparation prepared = new(backbone, data, parts, recipe);
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
    public ImageClassificationTrainerOptions Options(ParseResult parsed, TrainOptionSet options, RunFolders folders, Action<TrainingMetrics> callback) => options.Build(parsed, Recipe, Parts.Validation, folders, Backbone, callback);
}
