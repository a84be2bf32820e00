using System.CommandLine;
using System.Globalization;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>lr-find: how the loss moves while the learning rate grows, and the rate to start with.</summary>
internal static class LearningRateVerb
{
    private const int Rows = 12;

    public static Command Create()
    {
        Argument<string> data = new("data") { Description = Datasets.Description };
        Option<string> output = CommonOptions.OutputFolder();
        Option<double> from = new("--from") { Description = "Lowest learning rate.", DefaultValueFactory = _ => 1e-6 };
        Option<double> to = new("--to") { Description = "Highest learning rate.", DefaultValueFactory = _ => 1 };
        Option<int> steps = new Option<int>("--steps") { Description = "Steps between them.", DefaultValueFactory = _ => 100 }.InRange(5, 100_000);
        Option<string?> workspace = new("--workspace") { Description = "Folder for computed features, used again by later runs; default: workspace in the output folder.", HelpName = "folder" };
        TrainOptionSet options = new();
        Command command = new("lr-find", "Find a learning rate: a short training in which it grows from step to step. Takes the options of train.") { data, output, from, to, steps, workspace };
        foreach (Option option in options.All)
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            LearningRateFinder Finder(ImageClassificationTrainerOptions trainer) => new(trainer) { From = parsed.GetValue(from), To = parsed.GetValue(to), Steps = parsed.GetValue(steps) };
            string folder = parsed.GetRequiredValue(output);
            using RunLock own = RunLock.Take(folder);
            RunFolders folders = new(folder, parsed.GetValue(workspace) ?? Path.Combine(folder, "workspace"), Path.Combine(folder, "checkpoint"), false);
            return Task.FromResult(Run(CommonOptions.Terminal(parsed), parsed, options, parsed.GetRequiredValue(data), folders, Finder, [from, to, steps, .. options.All], cancellationToken));
        });
        return command;
    }

    private static int Run(Terminal terminal, ParseResult parsed, TrainOptionSet options, string dataPath, RunFolders folders, Func<ImageClassificationTrainerOptions, LearningRateFinder> finder, Option[] written, CancellationToken cancellationToken)
    {
        TrainingPreparation prepared = TrainingPreparation.Make(terminal, parsed, options, dataPath);
        LearningRateCurve curve = terminal.WithProgress(progress =>
        {
            ImageClassificationTrainerOptions trainer = prepared.Options(parsed, options, folders, new TrainingDisplay(progress).Show);
            return finder(trainer).Run(prepared.Splits.Train, cancellationToken);
        });
        new LearningRatePage
        {
            Rates = [.. curve.Points.Select(p => p.LearningRate)],
            Losses = [.. curve.Points.Select(p => p.Loss)],
            Suggestion = curve.Suggestion,
            Explanation = curve.Explanation,
            Facts = [new("phase", curve.Phase), new("training images", prepared.Splits.Train.Examples.Count.ToString(CultureInfo.InvariantCulture)), .. written.Select(o => KeyValuePair.Create(o.Name, Convert.ToString(parsed.GetResult(o)?.GetValueOrDefault<object?>(), CultureInfo.InvariantCulture) ?? "")).Where(o => o.Value.Length > 0)],
        }.Write(folders.Output);
        RunConfiguration.Write(Path.Combine(folders.Output, "config.json"), written, parsed, new Dictionary<string, string> { ["suggestion"] = curve.Suggestion.ToString("R", CultureInfo.InvariantCulture), ["phase"] = curve.Phase });
        Terminal.Result("learning rate   loss");
        for (int row = 0; row < Rows && curve.Points.Count > 0; row++)
        {
            LearningRatePoint point = curve.Points[row * (curve.Points.Count - 1) / (Rows - 1)];
            if (row == 0 || point != curve.Points[(row - 1) * (curve.Points.Count - 1) / (Rows - 1)])
                Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"{point.LearningRate,13:0.0e+0}   {point.Loss:0.0000}"));
        }
        string name = curve.Phase == "fine-tune" ? options.FineTuneLearningRate.Name : options.LearningRate.Name;
        Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"suggestion: {name} {curve.Suggestion:0.0e+0} ({curve.Phase})\n{curve.Explanation}"));
        terminal.Note($"written: {folders.Output} (lr-find.html, lr-find.csv, config.json)");
        return double.IsFinite(curve.Suggestion) ? ExitCode.Done : ExitCode.UnusableInput;
    }
}
