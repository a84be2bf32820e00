using System.CommandLine;
using System.Globalization;
using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>data suspects: images whose label is doubtful, without a run: linear heads on a frozen network are cross-validated.</summary>
internal static class SuspectsVerb
{
    private static readonly OptionLine Folds = new()
    {
        Name = "folds",
        Form = OptionForm.Whole(2, 1000, "K"),
        Default = 5,
        Description = "Heads that are trained, each without one of K parts of the images, which it is then asked about.",
    };

    private static readonly OptionLine Seed = TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Seed));

    /// <summary>The options of the verb.</summary>
    internal static IReadOnlyList<OptionLine> Lines { get; } =
    [
        Folds, RunOptionTable.GroupBy, .. DatasetOptionTable.All, RunOptionTable.Backbone, RunOptionTable.Weights, RunOptionTable.Offline,
        RunOptionTable.Workspace with { DefaultText = "none is kept" }, TrainerOptionTable.Of("DecoderOptions.MaxPixels"), Seed,
        TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Threads)),
    ];

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = new("--output", "-o") { Description = "The CSV file to write.", Required = true, HelpName = LabelSuspectsFile.Name };
        OptionSet options = new(Lines);
        CheckedCommand command = new("suspects", "List images by how doubtful their label is, for a person to review.",
            parsed => options.Read(parsed).Errors) { data, output };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(CommonOptions.Terminal(parsed), options.Read(parsed).Values,
            parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), cancellationToken)));
        return command;
    }

    private static int Run(Terminal terminal, OptionValues values, string dataPath, string output, CancellationToken cancellationToken)
    {
        BackboneChoice backbone = Networks.Resolve(terminal, values);
        TrainingPreparation.WarnOfNormalization(backbone, values);
        ImageDataset data = Datasets.Open(terminal, dataPath, values.Get<string?>(RunOptionTable.GroupBy), reading: DatasetOptionTable.Read(values),
            decoder: TrainerSetup.Decoder(values));
        int folds = values.Get<int>(Folds);
        if (CrossValidation.Problem(data, folds, values.Get<ulong>(Seed)) is { } problem)
            throw new UsageException([$"{Folds.Flag}: {problem}"]);
        ImageClassificationTrainerOptions options = TrainerSetup.Read(values, backbone);
        CrossValidatedHeads heads = terminal.WithProgress(progress => CrossValidatedHeads.Compute(data,
            options with { WorkspacePath = values.Get<string?>(RunOptionTable.Workspace), MetricsCallback = new TrainingDisplay(progress).Show },
            folds, cancellationToken));
        foreach (SkippedFile skipped in heads.Skipped)
            Terminal.Warn($"{skipped.Path} is skipped: {skipped.Reason}");
        IReadOnlyList<LabelSuspect> ranked = LabelSuspects.Rank(heads.Scored);
        LabelSuspectsFile.Write(output, ranked, heads.Examples, data.Labels);
        Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"{ranked.Count(s => s.IsSuspect)} of {ranked.Count} images are label suspects"));
        terminal.Note($"written: {output} (the most doubtful first; fill in the column action, then `skinclassifier data clean {dataPath} --apply {output}`)");
        return ExitCode.Done;
    }
}
