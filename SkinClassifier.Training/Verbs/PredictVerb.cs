using System.CommandLine;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.ParquetFiles;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>predict: ranked classes for images, folders of images, or paths from stdin.</summary>
internal static class PredictVerb
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Argument<string[]> inputs = new("image")
        {
            Description = "Images, folders, or - for paths from stdin, one a line; with -o also a manifest (.csv), or Parquet files that hold images.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> top = new Option<int>("--top") { Description = "How many classes to show per image.", DefaultValueFactory = _ => 3 }.InRange(1, 100_000);
        Option<int?> views = CommonOptions.Views("the model's own");
        Option<string?> format = new("--format") { Description = "How to print; default: table, with -o csv. A folder takes csv, jsonl and parquet." };
        format.OneOf("table", "json", "jsonl", "csv", ParquetPredictionWriter.Format);
        Option<bool> noPolicy = CommonOptions.NoPolicy("every image gets an answer, and no prediction set");
        Option<int> similar = new Option<int>("--similar")
        {
            Description = "How many of the most similar training images to name per image; the model must be trained with --keep-gallery.",
            DefaultValueFactory = _ => 0,
        }.InRange(0, 1000);
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<int> threads = CommonOptions.Threads();
        Option<string?> output = new("--output", "-o")
        {
            Description = "Writes a file per shard into this folder, and skips it where it is complete already.",
            HelpName = "folder",
        };
        Option<string?> imageFolder = new("--image-folder")
        {
            Description = "A manifest's paths are relative to it; default: its own folder.",
            HelpName = "folder",
        };
        ShardOptions shards = new();
        CheckedCommand command = new("predict", "Predict the class of images with a model.", Check)
        {
            model, inputs, top, views, format, noPolicy, similar, output, imageFolder, maxPixels, threads,
        };
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            ImagePredictionOptions options = new()
            {
                Threads = parsed.GetValue(threads),
                TestTimeAugmentation = parsed.GetValue(views),
                UsePolicy = !parsed.GetValue(noPolicy),
                Similar = parsed.GetValue(similar),
                Decoder = parsed.Decoder(maxPixels),
            };
            using PredictionEngine engine = new(ImageClassificationModel.Load(parsed.GetRequiredValue(model)), options);
            string form = Format(parsed);
            if (parsed.GetValue(output) is { } folder)
            {
                Shard shard = shards.Read(parsed);
                IImageList manifest = PredictShardRun.Images(parsed.GetRequiredValue(inputs), parsed.GetValue(imageFolder), StandardInput.Lines);
                ShardRun run = PredictShardRun.Describe(engine, parsed.GetRequiredValue(model), manifest, shard, form, parsed.GetValue(top));
                return Task.FromResult(
                    PredictShardRun.Run(CommonOptions.Terminal(parsed), engine, run, manifest, shard, folder, parsed.GetValue(top), cancellationToken));
            }
            TextWriter text = form == "csv" ? CleanConsole.DataOutput : Console.Out;
            using PredictionWriter writer = PredictionWriter.Create(form, text, engine.Model.Labels, parsed.GetValue(top), options.Similar > 0);
            return Task.FromResult(Run(engine, parsed.GetRequiredValue(inputs), writer, cancellationToken));
        });
        return command;

        string Format(ParseResult parsed) => parsed.GetValue(format) ?? (parsed.GetValue(output) is null ? "table" : "csv");

        IEnumerable<string> Check(ParseResult parsed)
        {
            if (parsed.Errors.Count > 0)
                return [];
            List<string> errors = [.. shards.Errors(parsed)];
            bool folder = parsed.GetValue(output) is not null;
            if (!folder && shards.IsGiven(parsed))
                errors.Add("--shard: expected -o FOLDER beside it, received none. Every shard writes a file of its own there.");
            if (!folder && parsed.GetResult(imageFolder) is not null)
                errors.Add("--image-folder: expected -o FOLDER and a manifest beside it, received no -o.");
            if (folder && Format(parsed) is not ("csv" or "jsonl" or ParquetPredictionWriter.Format))
                errors.Add($"--format: expected csv, jsonl or parquet with -o, received {Format(parsed)}.");
            if (!folder && Format(parsed) == ParquetPredictionWriter.Format)
                errors.Add("--format parquet: expected -o FOLDER beside it, received none. A Parquet file cannot be printed.");
            if (!folder && parsed.GetValue(inputs)?.FirstOrDefault(ParquetImages.IsNameOf) is { } parquet)
                errors.Add($"{parquet}: expected -o FOLDER beside a Parquet file, received none.");
            if (folder && parsed.GetValue(inputs) is { } named && named.Any(ParquetImages.IsNameOf) && !named.All(ParquetImages.IsNameOf))
                errors.Add("<image>: expected Parquet files only, or none, received both. Give them to a run of their own.");
            return errors;
        }
    }

    private static int Run(PredictionEngine engine, string[] arguments, PredictionWriter writer, CancellationToken cancellationToken)
    {
        PredictionInputs inputs = new(arguments, StandardInput.Lines);
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
}
