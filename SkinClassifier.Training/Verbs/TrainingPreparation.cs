using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>What every kind of training begins with: the network, the images in their sets, and what is chosen for them.</summary>
/// <param name="Data">All images.</param>
/// <param name="Splits">The images to train on, to validate, to measure.</param>
/// <param name="Complete">The trainer's options: what is given, and what is chosen for the rest.</param>
/// <param name="Chosen">What is chosen, and why.</param>
internal sealed record TrainingPreparation(
    ImageDataset Data, DatasetSplits Splits, ImageClassificationTrainerOptions Complete, IReadOnlyList<RecipeChoice> Chosen)
{
    /// <summary>What the report is going to say beside the metrics.</summary>
    public required ReportSettings Reports { get; init; }

    /// <summary>Pairs of near copies in different sets; null where they were not looked for.</summary>
    public int? NearCopies { get; init; }

    /// <summary>Everything doubtful about images and sets.</summary>
    public IReadOnlyList<string> Warnings => [.. Data.Warnings.Concat(Splits.Train.Warnings).Distinct()];

    private static readonly OptionLine Normalize = TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Normalization)),
        Seed = TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Seed));

    /// <summary>Finds the network, reads and splits the data, chooses; tells about each.</summary>
    /// <param name="terminal">Where messages are written.</param>
    /// <param name="values">The options.</param>
    /// <param name="dataPath">Folder or CSV file.</param>
    /// <param name="splitsFile">The splits.csv of the run that continues, which holds whatever has become of the images since; null or no such file: splits are
    /// made.</param>
    public static TrainingPreparation Make(Terminal terminal, OptionValues values, string dataPath, string? splitsFile = null)
    {
        BackboneChoice backbone = Networks.Resolve(terminal, values);
        WarnOfNormalization(backbone, values);
        bool goesOn = File.Exists(splitsFile);
        (ImageDataset data, DatasetSplits splits) = OpenData(terminal, values, dataPath, goesOn ? splitsFile : null);
        return For(terminal, values, backbone, data, goesOn ? splits : Limit(splits, values));
    }

    /// <summary>Reads and splits the data; as <paramref name="splitsFile"/> says, else as --splits says, else by fractions and seed.</summary>
    public static (ImageDataset Data, DatasetSplits Splits) OpenData(Terminal terminal, OptionValues values, string dataPath, string? splitsFile = null)
    {
        splitsFile ??= values.Get<string?>(RunOptionTable.Splits);
        if (splitsFile is not null && !File.Exists(splitsFile))
            throw new InputException($"{RunOptionTable.Splits.Flag} {splitsFile}: expected {RunOptionTable.Splits.Form.FileContent}, found no such file.");
        string? groupBy = values.Get<string?>(RunOptionTable.GroupBy);
        ImageDataset data = Datasets.Open(
            terminal, dataPath, splitsFile is null ? groupBy : null, reading: DatasetOptionTable.Read(values), decoder: TrainerSetup.Decoder(values));
        DatasetSplits splits = splitsFile is not null ? data.SplitAs(splitsFile)
            : data.Split(values.Get<double>(RunOptionTable.Validation), values.Get<double>(RunOptionTable.Test), Datasets.ColumnOf(groupBy),
                values.Get<ulong>(Seed));
        if (splits.Train.Examples.Count == 0)
            throw new InputException($"{dataPath}: expected images to train on, received none: all {data.Examples.Count} images are in the "
                + $"{(splits.Test.Examples.Count == 0 ? "validation set" : splits.Validation.Examples.Count == 0 ? "test set" : "validation and test sets")}. "
                + $"Name the folder that also holds a set train, or, to have sets drawn at random, a folder or table without sets.");
        foreach (string warning in splits.Train.Warnings.Except(data.Warnings))
            Terminal.Warn(warning);
        terminal.Note($"{data.Examples.Count} images of {data.Labels.Count} classes: {splits.Train.Examples.Count} to train on, "
            + $"{splits.Validation.Examples.Count} to validate, {splits.Test.Examples.Count} to measure");
        return (data, splits);
    }

    /// <summary>
    /// Warns about copies of one image in different sets, unless --no-audit is given: by hashes, and by features where <paramref name="known"/> names a
    /// workspace that has them. The number of pairs; null where they were not looked for.
    /// </summary>
    public static int? WarnOfLeaks(Terminal terminal, OptionValues values, DatasetSplits splits, ImageClassificationTrainerOptions? known,
        CancellationToken cancellationToken)
    {
        if (values.Get<bool>(RunOptionTable.NoAudit))
            return null;
        IReadOnlyList<ImageExample>[] sets = [splits.Train.Examples, splits.Validation.Examples, splits.Test.Examples];
        IReadOnlyList<NearDuplicatePair>? leaks = terminal.WithProgress(progress => SplitLeaks.Find(sets,
            known is null ? null : CachedFeatures.Find(known, [.. sets.SelectMany(s => s)]), TrainerSetup.Decoder(values),
            progress: (done, all) => progress.Report("comparing images", done, all), cancellationToken: cancellationToken));
        if (leaks is { Count: > 0 })
            Terminal.Warn($"{leaks.Count} {(leaks.Count == 1 ? "pair" : "pairs")} of near copies lie in different sets (first: {leaks[0].First.Path} ~ "
                + $"{leaks[0].Second.Path}), so figures look better than they are. `--group-by auto` keeps them together, `data inspect` lists them.");
        return leaks?.Count;
    }

    /// <summary>Warns where the figures of a run will be too good because its teacher was trained with images that measure it, or may have been.</summary>
    /// <param name="teacher">The teacher; null: there is none.</param>
    /// <param name="measured">The images that will measure.</param>
    public static void WarnOfTeacher(ImageClassificationModel? teacher, IReadOnlyList<ImageExample> measured)
    {
        if (teacher is { Seen: null })
            Terminal.Warn("the teacher does not say which images it was trained with; figures are too good if those that measure are among them");
        else if (teacher?.Seen?.CountIn(measured) is > 0 and int seen)
            Terminal.Warn($"the teacher was trained with {seen} of the {measured.Count} images that measure, so figures will look better than they are. "
                + $"Give {RunOptionTable.Splits.Flag} the splits.csv of the teacher's run, so that both train on the same images.");
    }

    /// <summary>The same, with the number of near copies in different sets, of which is warned; features in the run's workspace help to find them.</summary>
    public TrainingPreparation WithNearCopies(Terminal terminal, OptionValues values, RunFolders folders, CancellationToken cancellationToken) => this with
    {
        NearCopies = WarnOfLeaks(terminal, values, Splits, Complete with { WorkspacePath = folders.Workspace }, cancellationToken),
    };

    /// <summary>The splitsFile with only as many training images as --limit-train says.</summary>
    public static DatasetSplits Limit(DatasetSplits splits, OptionValues values) =>
        values.Get<int?>(RunOptionTable.LimitTrain) is { } count ? splits with { Train = splits.Train.Sample(count, values.Get<ulong>(Seed)) } : splits;

    /// <summary>Chooses for a network and splitsFile that are known, and tells what and why.</summary>
    public static TrainingPreparation For(Terminal terminal, OptionValues values, BackboneChoice backbone, ImageDataset data, DatasetSplits splits)
    {
        ReportSettings reports = ReportSettings.Of(values, data.Labels, data.Examples);
        ImageClassificationTrainerOptions given = TrainerSetup.Read(values, backbone);
        DefaultRecipe recipe = DefaultRecipe.For(splits.Train, given);
        RecipeChoice[] open = [.. recipe.OpenIn(given)];
        if (open.Length > 0)
            terminal.Note("chosen from the data (any of these options can be given):");
        foreach (RecipeChoice choice in open)
            terminal.Note($"  {$"--{choice.Option} {choice.Value}",-32} {choice.Reason}");
        return new TrainingPreparation(data, splits, TrainerSetup.Checked(recipe.Complete(given)), open) { Reports = reports };
    }

    /// <summary>Warns where nothing says how the network wants its images normalized; once for each network of a run.</summary>
    public static void WarnOfNormalization(BackboneChoice backbone, OptionValues values)
    {
        if (!backbone.IsNormalizationAssumed || values.IsGiven(Normalize))
            return;
        string assumed = backbone.Normalization is { } byName ? $"{byName.Name} is assumed, which the built-in {backbone.Architecture.Name} wants"
            : "imagenet is assumed";
        Terminal.Warn($"{backbone.OnnxFile}: nothing says how the network wants its images normalized; {assumed}. Another one makes the run "
            + $"silently bad: give {Normalize.Flag} ({TrainerOptionTable.NormalizationForms}).");
    }

    /// <summary>The trainer's options for a run.</summary>
    /// <param name="folders">Where the run writes.</param>
    /// <param name="callback">Hears of progress.</param>
    public ImageClassificationTrainerOptions Options(RunFolders folders, Action<TrainingMetrics> callback) => Complete with
    {
        ValidationSet = Splits.Validation,
        WorkspacePath = folders.Workspace,
        CheckpointPath = folders.Checkpoint,
        Resume = folders.Resume,
        MetricsCallback = callback,
    };
}
