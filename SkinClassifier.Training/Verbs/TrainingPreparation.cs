using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>What every kind of training begins with: the network, the pictures in their parts, and what is chosen for them.</summary>
/// <param name="Backbone">The network.</param>
/// <param name="Data">All pictures.</param>
/// <param name="Parts">The pictures to learn from, to choose the best epoch, to measure.</param>
/// <param name="Recipe">What is chosen where the command line says nothing.</param>
internal sealed record TrainingPreparation(BackboneChoice Backbone, ImageDataset Data, DatasetParts Parts, DefaultRecipe Recipe)
{
    /// <summary>Finds the network, reads and splits the data, chooses; tells about each.</summary>
    public static TrainingPreparation Make(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath)
    {
        BackboneChoice backbone = BackboneChoice.Resolve(terminal, parsed.GetValue(options.Backbone)!, parsed.GetValue(options.Weights)!, parsed.GetValue(options.Offline));
        (ImageDataset data, DatasetParts parts) = OpenData(terminal, parsed, options, dataPath);
        return For(terminal, parsed, options, backbone, data, Limit(parts, parsed, options));
    }

    /// <summary>Reads and splits the data.</summary>
    public static (ImageDataset Data, DatasetParts Parts) OpenData(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath)
    {
        ImageDataset data = Datasets.Open(terminal, dataPath, parsed.GetValue(options.GroupBy));
        DatasetParts parts = data.Split(parsed.GetValue(options.Validation), parsed.GetValue(options.Test), parsed.GetValue(options.GroupBy), parsed.GetValue(options.Seed));
        terminal.Note($"{data.Examples.Count} pictures of {data.Labels.Count} classes: {parts.Train.Examples.Count} to learn from, {parts.Validation.Examples.Count} to choose the best epoch, {parts.Test.Examples.Count} to measure");
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
