using System.CommandLine;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>predict: ranked classes for images, folders of images, or paths from stdin.</summary>
internal static class PredictVerb
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Argument<string[]> inputs = new("image") { Description = "Images, folders, or - for paths from stdin, one a line.", Arity = ArgumentArity.OneOrMore };
        Option<int> top = new Option<int>("--top") { Description = "How many classes to show per image.", DefaultValueFactory = _ => 3 }.InRange(1, 100_000);
        Option<int?> views = CommonOptions.Views("the model's own");
        Option<string> format = new Option<string>("--format") { Description = "How to print.", DefaultValueFactory = _ => "table" };
        format.OneOf("table", "json", "jsonl", "csv");
        Option<bool> noPolicy = CommonOptions.NoPolicy("every image gets an answer, and no prediction set");
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<int> threads = CommonOptions.Threads();
        Command command =
            new("predict", "Predict the class of images with a model.") { model, inputs, top, views, format, noPolicy, maxPixels, threads };
        command.SetAction((parsed, cancellationToken) =>
        {
            ImagePredictionOptions options = new()
            {
                Threads = parsed.GetValue(threads),
                TestTimeAugmentation = parsed.GetValue(views),
                UsePolicy = !parsed.GetValue(noPolicy),
                Decoder = parsed.Decoder(maxPixels),
            };
            using PredictionEngine engine = new(ImageClassificationModel.Load(parsed.GetRequiredValue(model)), options);
            string form = parsed.GetValue(format)!;
            TextWriter output = form == "csv" ? CleanConsole.DataOutput : Console.Out;
            using PredictionWriter writer = PredictionWriter.Create(form, output, engine.Model.Labels, parsed.GetValue(top));
            return Task.FromResult(Run(engine, parsed.GetRequiredValue(inputs), writer, cancellationToken));
        });
        return command;
    }

    private static int Run(PredictionEngine engine, string[] arguments, PredictionWriter writer, CancellationToken cancellationToken)
    {
        PredictionInputs inputs = new(arguments, StandardInput);
        bool failed = false;
        foreach (ImagePrediction prediction in engine.PredictFiles(inputs.Images(), cancellationToken))
        {
            WriteErrors(inputs.ErrorsBefore());
            if (prediction.Error is { } error)
                WriteErrors([(prediction.Path!, error)]);
            else
                writer.Write(prediction);
        }
        WriteErrors(inputs.ErrorsBefore(end: true));
        return failed ? ExitCode.UnusableInput : ExitCode.Done;

        void WriteErrors(IEnumerable<(string Path, string Reason)> errors)
        {
            foreach ((string path, string reason) in errors)
            {
                failed = true;
                writer.WriteError(path, CommandLineNames.Translate(reason));
            }
        }
    }

    private static IEnumerable<string> StandardInput()
    {
        while (Console.In.ReadLine() is { } line)
            if (line.Trim().Length > 0)
                yield return line.Trim();
    }
}
