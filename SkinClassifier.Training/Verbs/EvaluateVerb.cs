using System.CommandLine;
using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>evaluate: the metrics of a model on another labeled dataset.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Argument<string> data = new("data") { Description = "A folder with one sub-folder per class, or a CSV with the columns path and label." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<string?> groupBy = new("--group-by") { Description = "Column of metadata.csv; confidence intervals treat images with the same value as one.", HelpName = "column" };
        Option<int?> views = CommonOptions.Views("the model's own");
        Option<ulong> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Command command = new("evaluate", "Measure a model on labeled images.") { model, data, output, groupBy, views, seed, threads, maxPixels };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(model), parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), parsed.GetValue(groupBy), parsed.GetValue(views), parsed.GetValue(seed), parsed.GetValue(threads), [groupBy, views, seed, threads, maxPixels], parsed, parsed.Decoder(maxPixels), cancellationToken)));
        return command;
    }

    private static int Run(Terminal terminal, string modelPath, string dataPath, string folder, string? groupBy, int? views, ulong seed, int threads, Option[] options, ParseResult parsed, DecoderOptions decoder, CancellationToken cancellationToken)
    {
        ImageClassificationModel model = ImageClassificationModel.Load(modelPath);
        ImageDataset data = Datasets.Open(terminal, dataPath, groupBy, minimumClasses: 1, decoder: decoder);
        ModelEvaluation evaluation;
        try
        {
            evaluation = terminal.WithProgress(progress => model.Evaluate(data, new EvaluationOptions
            {
                Threads = threads,
                Decoder = decoder,
                TestTimeAugmentation = views,
                Seed = seed,
                Progress = (done, total) => progress.Report("measuring", done, total),
                CancellationToken = cancellationToken,
            }));
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
        new RunReport
        {
            Title = $"Evaluation of {Path.GetFileName(modelPath)}",
            MeasuredOn = $"all {evaluation.Examples.Count} readable images of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataPath)))}",
            Metrics = evaluation.Metrics,
            Examples = evaluation.Examples,
            Skipped = evaluation.Skipped,
            Options = [new("network", model.Manifest.Backbone), new("input", $"{model.Manifest.Width}×{model.Manifest.Height}, {model.Manifest.Preprocessing.Resize}"), new("views per image (test-time augmentation)", (views ?? model.Manifest.TestTimeAugmentation).ToString(CultureInfo.InvariantCulture))],
            Warnings = data.Warnings,
        }.Write(folder);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options, parsed, model.Manifest.Options);
        Terminal.Result(evaluation.ToString());
        terminal.Note($"written: {folder} (report.html, metrics.json, predictions.csv, …)");
        return ExitCode.Done;
    }
}
