using System.Globalization;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Sharding;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.ParquetFiles;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>predict -o FOLDER: one file per part of the work, which is skipped when it is complete already.</summary>
internal static class PredictShardRun
{
    /// <summary>First word of the files' names.</summary>
    public const string Stem = "predictions";

    /// <summary>What the run is, for the records of its parts.</summary>
    public static ShardRun Describe(PredictionEngine engine, string modelPath, IImageList manifest, Shard shard, string format, int top) => new(
        "predict", typeof(PredictShardRun).Assembly.GetName().Version?.ToString(3) ?? "", FileContent.Sha256(modelPath), manifest.Hash, manifest.Rows,
        shard.Count,
        [
            new("format", format),
            .. format == "jsonl" ? [new("top", Text(top))] : Array.Empty<KeyValuePair<string, string>>(),
            new("tta", Text(engine.Options.TestTimeAugmentation ?? engine.Model.Manifest.TestTimeAugmentation)),
            new("no-policy", engine.Options.UsePolicy ? "false" : "true"),
            new("similar", Text(engine.Options.Similar)),
            new("max-pixels", engine.Options.Decoder.MaxPixels.ToString(CultureInfo.InvariantCulture)),
        ]);

    /// <summary>The images that are named: of a manifest, of Parquet files, or of images, folders and stdin.</summary>
    /// <exception cref="InputException">A folder cannot be read or has no images.</exception>
    public static IImageList Images(string[] arguments, string? imageFolder, Func<IEnumerable<string>> standardInput)
    {
        if (arguments.All(ParquetImages.IsNameOf))
            return ParquetImages.Open(arguments);
        if (arguments is [{ } only] && Path.GetExtension(only).Equals(".csv", StringComparison.OrdinalIgnoreCase))
            return ImageManifest.Open(only, imageFolder);
        PredictionInputs inputs = new(arguments, standardInput);
        string[] paths = [.. inputs.Images()];
        foreach ((_, string reason) in inputs.ErrorsBefore(end: true))
            throw new InputException(reason);
        return ImageManifest.Of(paths);
    }

    /// <summary>Predicts the part's images into its file.</summary>
    public static int Run(Terminal terminal, PredictionEngine engine, ShardRun run, IImageList manifest, Shard shard, string folder, int top,
        CancellationToken cancellationToken)
    {
        ShardFolder parts = new(folder, Stem);
        string format = run.Options[0].Value, file = parts.PathOf(shard, format);
        ShardRecord? complete = parts.Begin(run, shard);
        if (complete is not null)
            terminal.Note($"{file}: shard {shard} is complete already; it is skipped");
        else
        {
            complete = terminal.WithProgress(progress => Predict(engine, run, manifest, shard, file, top, progress, cancellationToken));
            complete.Write(parts.PathOf(shard, "json"));
            terminal.Note($"written: {file} ({complete.Images} images); when all {shard.Count} are there: skinclassifier merge {folder}");
        }
        if (complete.Errors > 0)
            Terminal.Warn($"{file}: {complete.Errors} of {complete.Images} images could not be read; their rows have the reason");
        return complete.Errors > 0 ? ExitCode.UnusableInput : ExitCode.Done;
    }

    private static ShardRecord Predict(PredictionEngine engine, ShardRun run, IImageList manifest, Shard shard, string file, int top,
        IProgressDisplay progress, CancellationToken cancellationToken)
    {
        string format = run.Options[0].Value;
        long total = shard.Range(manifest.Rows).Count, done = 0, errors = 0;
        bool similar = engine.Options.Similar > 0;
        AtomicFile.Write(file, stream =>
        {
            using StreamWriter text = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            using PredictionWriter writer = format == ParquetPredictionWriter.Format ? new ParquetPredictionWriter(stream, engine.Model.Labels, similar)
                : PredictionWriter.Create(format, text, engine.Model.Labels, top, similar);
            Queue<string> names = new();
            foreach (ImagePrediction prediction in engine.PredictFiles(Files(names), cancellationToken))
            {
                string name = names.Dequeue();
                if (prediction.Error is { } error)
                {
                    errors++;
                    writer.WriteError(name, CommandLineNames.Translate(error));
                }
                else
                    writer.Write(prediction, name);
                if (++done % 100 == 0 || done == total)
                    progress.Report("predicting", done, total);
            }
        });
        return new ShardRecord(run, shard.Index, Path.GetFileName(file), HeaderLength(format, engine.Model, top, similar), done, errors,
            FileContent.Sha256(file));

        IEnumerable<(string, byte[]?)> Files(Queue<string> names)
        {
            foreach (ListedImage image in manifest.Of(shard))
            {
                names.Enqueue(image.Name);
                yield return (image.File, image.Content);
            }
        }
    }

    /// <summary>Bytes that every part's file begins with.</summary>
    private static long HeaderLength(string format, ImageClassificationModel model, int top, bool similar)
    {
        if (format == ParquetPredictionWriter.Format)
            return 0;
        using StringWriter header = new(CultureInfo.InvariantCulture);
        PredictionWriter.Create(format, header, model.Labels, top, similar).Dispose();
        return Encoding.UTF8.GetByteCount(header.ToString());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
