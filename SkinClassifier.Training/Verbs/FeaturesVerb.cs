using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>features: what a network without its last layers gives for every image, as an array that NumPy reads.</summary>
internal static class FeaturesVerb
{
    private static readonly string[] _ofTrainer =
        ["image-size", "resize", "decode", "max-pixels", "feature-output", "normalize", "pool", "color-constancy", "seed", "threads"];

    /// <summary>The options of the verb: those of train that say what the network sees and which values are taken.</summary>
    internal static IReadOnlyList<OptionLine> Lines { get; } =
        [.. DatasetOptionTable.All, RunOptionTable.Backbone, RunOptionTable.Weights, RunOptionTable.Offline,
            .. TrainerOptionTable.All.Where(l => l.OnCommandLine && _ofTrainer.Contains(l.Name))];

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = CommonOptions.OutputFolder();
        OptionSet options = new(Lines);
        ShardOptions shards = new();
        Command command = new CheckedCommand("features", "Write the features of images, for NumPy: what a network gives before its last layers.",
            parsed => [.. CommonOptions.OutputErrors(parsed, output, data), .. TrainRequest.Errors(options, parsed), .. shards.Errors(parsed)])
        { data, output };
        options.AddTo(command);
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            OptionReading reading = options.Read(parsed);
            foreach (string warning in reading.Warnings)
                Terminal.Warn(warning);
            return Task.FromResult(Run(CommonOptions.Terminal(parsed), reading.Values, parsed.GetRequiredValue(data), parsed.GetRequiredValue(output),
                shards.IsGiven(parsed) ? shards.Read(parsed) : null, cancellationToken));
        });
        return command;
    }

    private static int Run(Terminal terminal, OptionValues values, string dataPath, string folder, Shard? shard, CancellationToken cancellationToken)
    {
        using RunLock? own = shard is null ? RunLock.Take(folder) : null;
        BackboneChoice choice = Networks.Resolve(terminal, values);
        TrainingPreparation.WarnOfNormalization(choice, values);
        ImageClassificationTrainerOptions trainer = TrainerSetup.Read(values, choice);
        LoadedBackbone backbone = LoadedBackbone.Load(trainer);
        ImageDataset data = Datasets.Open(terminal, dataPath, groupBy: null, minimumClasses: 1, reading: DatasetOptionTable.Read(values),
            decoder: TrainerSetup.Decoder(values), inOrder: true);
        terminal.Note($"features: {data.Examples.Count} images at {backbone.Preprocessor.Width}×{backbone.Preprocessor.Height} through {backbone.Name}: "
            + $"{backbone.FeatureCount} numbers each");
        FeatureRun run = new(terminal, backbone, data, trainer);
        return shard is { } part ? run.Part(folder, part, cancellationToken) : run.Whole(folder, cancellationToken);
    }
}
