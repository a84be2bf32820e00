using System.CommandLine;
using System.Globalization;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Search;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>lr-find: how the loss moves while the learning rate grows, and the rate to start with.</summary>
internal static class LearningRateVerb
{
    private const int Rows = 12;
    private const double MaxRate = 100;

    private static readonly OptionLine From = new()
    {
        Name = "from",
        Form = OptionForm.Real(0, MaxRate, aboveMin: true, placeholder: "RATE"),
        Default = 1e-6,
        Description = "Lowest learning rate.",
    };

    private static readonly OptionLine To = new()
    {
        Name = "to",
        Form = OptionForm.Real(0, MaxRate, aboveMin: true, placeholder: "RATE"),
        Default = 1.0,
        Description = "Highest learning rate.",
    };

    private static readonly OptionLine Steps =
        new() { Name = "steps", Form = OptionForm.Whole(5, 100_000), Default = 100, Description = "Steps between them." };

    /// <summary>The options of the verb: its own, and those of train that are about training.</summary>
    internal static IReadOnlyList<OptionLine> Lines { get; } =
        [From, To, Steps, .. RunOptionTable.All.Where(
            l => l != RunOptionTable.Config && l != RunOptionTable.Resume && l != RunOptionTable.Distributed && l != RunOptionTable.NoAudit)];

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = CommonOptions.OutputFolder();
        OptionSet options = new(Lines);
        Command command = new CheckedCommand("lr-find",
            "Find a learning rate: a short training in which it grows from step to step. Takes the options of train.",
            parsed => [.. CommonOptions.OutputErrors(parsed, output, data), .. Errors(options, parsed)]) { data, output };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            OptionReading reading = TrainRequest.Read(options, parsed);
            foreach (string warning in reading.Warnings)
                Terminal.Warn(warning);
            string folder = parsed.GetRequiredValue(output);
            using RunLock own = RunLock.Take(folder);
            RunFolders folders = new(
                folder, reading.Values.Get<string?>(RunOptionTable.Workspace) ?? Path.Combine(folder, "workspace"), Path.Combine(folder, "checkpoint"), false);
            return Task.FromResult(Run(CommonOptions.Terminal(parsed), reading.Values, parsed.GetRequiredValue(data), folders, cancellationToken));
        });
        return command;
    }

    private static IEnumerable<string> Errors(OptionSet options, ParseResult parsed)
    {
        OptionValues values = options.Read(parsed).Values;
        bool isRising = values.Get<double>(From) < values.Get<double>(To);
        return isRising ? TrainRequest.Errors(options, parsed)
            : [.. TrainRequest.Errors(options, parsed), $"{To.Flag}: expected more than {From.Flag} {values.TextOf(From)}, received {values.TextOf(To)}."];
    }

    private static int Run(Terminal terminal, OptionValues values, string dataPath, RunFolders folders, CancellationToken cancellationToken)
    {
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, values, dataPath);
        LearningRateCurve curve = terminal.WithProgress(progress =>
        {
            ImageClassificationTrainerOptions trainer = prepared.Options(folders, new TrainingDisplay(progress).Show);
            return new LearningRateFinder(trainer) { From = values.Get<double>(From), To = values.Get<double>(To), Steps = values.Get<int>(Steps) }
                .Run(prepared.Splits.Train, cancellationToken);
        });
        new LearningRatePage
        {
            Rates = [.. curve.Points.Select(p => p.LearningRate)],
            Losses = [.. curve.Points.Select(p => p.Loss)],
            Suggestion = curve.Suggestion,
            Explanation = curve.Explanation,
            Facts = [new("phase", curve.Phase), new("training images", prepared.Splits.Train.Examples.Count.ToString(CultureInfo.InvariantCulture)),
                .. Lines.Where(l => l.InConfiguration && values.TextOf(l) is not null).Select(l => KeyValuePair.Create(l.Flag, values.TextOf(l)!))],
        }.Write(folders.Output);
        RunConfiguration.Write(Path.Combine(folders.Output, "config.json"), Lines, values,
            new Dictionary<string, string> { ["suggestion"] = curve.Suggestion.ToString("R", CultureInfo.InvariantCulture), ["phase"] = curve.Phase },
            dataPath);
        Terminal.Result("learning rate   loss");
        for (int row = 0; row < Rows && curve.Points.Count > 0; row++)
        {
            LearningRatePoint point = curve.Points[row * (curve.Points.Count - 1) / (Rows - 1)];
            if (row == 0 || point != curve.Points[(row - 1) * (curve.Points.Count - 1) / (Rows - 1)])
                Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"{point.LearningRate,13:0.0e+0}   {point.Loss:0.0000}"));
        }
        string name = CommandLineNames.Of(curve.Phase == "fine-tune" ? nameof(ImageClassificationTrainerOptions.FineTuneLearningRate)
            : nameof(ImageClassificationTrainerOptions.LearningRate));
        Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"suggestion: {name} {curve.Suggestion:0.0e+0} ({curve.Phase})\n{curve.Explanation}"));
        terminal.Note($"written: {folders.Output} (lr-find.html, lr-find.csv, config.json)");
        return double.IsFinite(curve.Suggestion) ? ExitCode.Done : ExitCode.UnusableInput;
    }
}
