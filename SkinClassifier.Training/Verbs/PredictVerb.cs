using System.CommandLine;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Training.Output;

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
        Option<int> threads = CommonOptions.Threads();
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Command command = new("predict", "Predict the class of images with a model.") { model, inputs, top, views, format, threads, maxPixels };
        command.SetAction((parsed, cancellationToken) => Task.FromResult(Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(inputs), parsed.GetValue(top), parsed.GetValue(views), parsed.GetValue(format)!, parsed.GetValue(threads), parsed.Decoder(maxPixels), cancellationToken)));
        return command;
    }

    private static int Run(string modelPath, string[] inputs, int top, int? views, string format, int threads, DecoderOptions decoder, CancellationToken cancellationToken)
    {
        using PredictionEngine engine = new(ImageClassificationModel.Load(modelPath), new ImagePredictionOptions { Threads = threads, Decoder = decoder, TestTimeAugmentation = views });
        using PredictionWriter writer = PredictionWriter.Create(format, Console.Out, engine.Model.Labels, top);
        bool failed = false;
        foreach (ImagePrediction prediction in engine.PredictFiles(Expand(inputs), cancellationToken))
        {
            failed |= prediction.Error is not null;
            writer.Write(prediction);
        }
        return failed ? ExitCode.UnusableInput : ExitCode.Done;
    }

    private static IEnumerable<string> Expand(string[] inputs)
    {
        foreach (string input in inputs)
            if (input == "-")
            {
                while (Console.In.ReadLine() is { } line)
                    if (line.Trim().Length > 0)
                        yield return line.Trim();
            }
            else if (Directory.Exists(input))
            {
                string[] found = [.. ImageFiles.InFolder(input)];
                if (found.Length == 0)
                    throw new InputException($"{input}: expected images in this folder, found none ({ImageFiles.Extensions}).");
                foreach (string path in found)
                    yield return path;
            }
            else
                yield return input;
    }
}
