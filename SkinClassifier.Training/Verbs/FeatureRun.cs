using System.Globalization;
using System.Text;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>The files of features: features.npy, features.csv, features.json and, where an image cannot be read, skipped.csv; or those of one shard.</summary>
internal sealed class FeatureRun(Terminal terminal, LoadedBackbone backbone, ImageDataset data, ImageClassificationTrainerOptions options)
{
    /// <summary>First word of the files' names.</summary>
    public const string Stem = "features";

    private const string LengthKey = "features";

    /// <summary>All images into one folder.</summary>
    public int Whole(string folder, CancellationToken cancellationToken)
    {
        Paths files = Paths.In(folder);
        (long rows, int errors) = Write(files, 0, data.Examples.Count, data.Skipped, cancellationToken);
        return Finish(terminal, Describe(1), files, rows, errors + data.Skipped.Count);
    }

    /// <summary>A shard's images into its files, which are skipped when they are complete already.</summary>
    public int Part(string folder, Shard shard, CancellationToken cancellationToken)
    {
        ShardFolder parts = new(folder, Stem);
        ShardRun run = Describe(shard.Count);
        Paths files = new(parts.PathOf(shard, "npy"), parts.PathOf(shard, "csv"), parts.PathOf(shard, "skipped.csv"));
        if (parts.Begin(run, shard) is not null)
        {
            terminal.Note($"{files.Array}: shard {shard} is complete already; it is skipped");
            return ExitCode.Done;
        }
        (long first, long count) = shard.Range(run.Rows);
        // Files that are no images belong to no shard; the first one lists them.
        (long rows, int errors) = Write(files, (int)first, (int)count, shard.Index == 0 ? data.Skipped : [], cancellationToken);
        new ShardRecord(run, shard.Index, Path.GetFileName(files.Array), NumpyFile.TableHeader, count, errors, FileContent.Sha256(files.Array))
        {
            More = [ShardFile.Of(files.Table, Bytes(FeatureFile.TableHeader)), ShardFile.Of(files.Skipped, Bytes(FeatureFile.SkippedHeader))],
        }.Write(parts.PathOf(shard, "json"));
        if (errors > 0)
            Terminal.Warn($"{files.Skipped}: {errors} images could not be read and have no row");
        terminal.Note($"written: {files.Array} ({rows} images); when all {shard.Count} are there: skinclassifier merge {folder}");
        return ExitCode.Done;
    }

    /// <summary>The files of all shards become those of one run.</summary>
    public static int Join(Terminal terminal, string from, string to)
    {
        ShardFolder folder = new(from, Stem);
        IReadOnlyList<ShardRecord> parts = folder.Complete();
        ShardRun run = parts[0].Run;
        long rows = parts.Sum(p => p.Images - p.Errors);
        Paths files = Paths.In(to);
        folder.Join(parts, files.Array, header: NumpyFile.Header(NumpyFile.TableHeader, rows, LengthOf(run)));
        folder.Join(parts, files.Table, 1);
        folder.Join(parts, files.Skipped, 2);
        return Finish(terminal, run, files, rows, parts.Sum(p => p.Errors));
    }

    private (long Rows, int Errors) Write(Paths files, int first, int count, IReadOnlyList<SkippedFile> unusable, CancellationToken cancellationToken)
    {
        WorkerPool workers = options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads);
        return terminal.WithProgress(progress => new FeatureFile(files.Array, files.Table, files.Skipped).Write(backbone, data, first, count, unusable,
            workers, options.Decoder, done => progress.Report("features", done, count), cancellationToken));
    }

    /// <summary>The last file, which says what the others are; an empty list of skipped images goes.</summary>
    private static int Finish(Terminal terminal, ShardRun run, Paths files, long rows, long errors)
    {
        if (new FileInfo(files.Skipped).Length == Bytes(FeatureFile.SkippedHeader))
            File.Delete(files.Skipped);
        AtomicFile.Write(Path.ChangeExtension(files.Array, "json"), stream =>
        {
            using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            json.WriteStartObject();
            json.WriteNumber("format", 1);
            json.WriteNumber("rows", rows);
            json.WriteNumber(LengthKey, LengthOf(run));
            json.WriteString("sha256OfNetwork", run.Model);
            json.WriteString("sha256OfImages", run.Manifest);
            foreach ((string name, string value) in run.Options.Where(o => o.Key != LengthKey))
                if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
                    json.WriteNumber(name, number);
                else
                    json.WriteString(name, value);
            json.WriteEndObject();
        });
        if (errors > 0)
            Terminal.Warn($"{files.Skipped}: {errors} files could not be read and have no row");
        terminal.Note($"written: {files.Array} ({rows} rows of {LengthOf(run)} numbers), {Path.GetFileName(files.Table)}, {Stem}.json");
        return ExitCode.Done;
    }

    private ShardRun Describe(int shards) => new("features", typeof(FeatureRun).Assembly.GetName().Version?.ToString(3) ?? "",
        NetworkHash.Of(backbone.Features), DatasetHash.Of(data, data), data.Examples.Count, shards,
        [
            new("network", backbone.Name),
            new("weights", backbone.IsPretrained ? "pretrained" : "random"),
            new("width", Text(backbone.Preprocessor.Width)),
            new("height", Text(backbone.Preprocessor.Height)),
            new("resize", $"{backbone.Preprocessor.Resize}".ToLowerInvariant()),
            new("filter", $"{backbone.Preprocessor.Filter}".ToLowerInvariant()),
            new("decode", backbone.Preprocessor.ReducedDecoding ? "reduced" : "full"),
            new("pool", $"{options.Pooling}".ToLowerInvariant()),
            new("maxPixels", Text(options.Decoder.MaxPixels)),
            new(LengthKey, Text(backbone.FeatureCount)),
        ]);

    private static long LengthOf(ShardRun run) => long.Parse(run.Options.Single(o => o.Key == LengthKey).Value, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Bytes(string text) => Encoding.UTF8.GetByteCount(text);

    /// <summary>The files of a run or of a shard.</summary>
    private sealed record Paths(string Array, string Table, string Skipped)
    {
        public static Paths In(string folder) =>
            new(Path.Combine(folder, Stem + ".npy"), Path.Combine(folder, Stem + ".csv"), Path.Combine(folder, "skipped.csv"));
    }
}
