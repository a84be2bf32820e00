using SkinClassifier.Common;
using SkinClassifier.Compare.Methods;
using SkinClassifier.Compare.Output;
using SkinClassifier.Compare.Splits;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;

namespace SkinClassifier.Compare;

/// <summary>A comparison from the data to the files.</summary>
internal sealed class Comparison
{
    private readonly CompareOptions _options;
    private readonly ProgressLines _progress;
    private readonly List<string> _warnings = [];
    private readonly string _workspace = Path.Combine(Path.GetTempPath(), $"skinclassifier-compare-{Guid.NewGuid():N}");
    private readonly Dictionary<string, string> _skipped = new(StringComparer.Ordinal);
    private readonly WorkerPool _workers;
    private BackboneChoice? _backbone;
    private FeatureRows? _skin, _features;

    private Comparison(CompareOptions options)
    {
        _options = options;
        _workers = options.Threads == 0 ? WorkerPool.Shared : new WorkerPool(options.Threads);
        bool live = !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        _progress = new ProgressLines(Console.Error, options.Quiet, live);
    }

    private bool NeedsNetwork => _options.Methods.Any(m => m.Input is MethodInput.Features or MethodInput.Images);

    /// <summary>Compares, writes the files and the table; returns the exit code.</summary>
    /// <exception cref="InputException">The data or the network is not usable.</exception>
    public static int Run(CompareOptions options, CancellationToken cancellationToken)
    {
        Comparison comparison = new(options);
        try
        {
            return comparison.Run(cancellationToken);
        }
        finally
        {
            if (Directory.Exists(comparison._workspace))
                Directory.Delete(comparison._workspace, recursive: true);
        }
    }

    private int Run(CancellationToken cancellationToken)
    {
        ImageDataset data = DatasetReader.Open(_options, Warn);
        foreach (SkippedFile file in data.Skipped)
            _skipped.TryAdd(file.Path, file.Reason);
        if (NeedsNetwork)
            _backbone = Network();
        IReadOnlyList<Fold> folds = FoldPlan.Make(data, _options);
        foreach (string warning in folds[0].Train.Warnings)
            Warn(warning);
        Directory.CreateDirectory(_options.Output);
        Directory.CreateDirectory(_workspace);
        List<ComparisonRow> rows = [];
        bool finished = false;
        try
        {
            Prepare(data, cancellationToken);
            folds = [.. folds.Select(Readable)];
            // The head first: a run that is cancelled has what the others are compared with. The network, which takes longest, last.
            foreach ((int index, Method method) in _options.Methods.OrderBy(m => m.Name switch { MethodCatalog.Head => 0, MethodCatalog.Network => 2, _ => 1 })
                .Index())
            {
                _progress.Note($"[{index + 1} of {_options.Methods.Count}] {method.Title}");
                rows.Add(Measure(method, folds, cancellationToken));
                _progress.Note($"  micro accuracy {Text.Metric(rows[^1].Metrics.MicroAccuracy)}, macro accuracy "
                    + $"{Text.Metric(rows[^1].Metrics.MacroAccuracy)}, {Text.Short(Math.Round(rows[^1].SecondsToTrain, 1))} s to train");
            }
            finished = true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Warn($"cancelled after {rows.Count} of {_options.Methods.Count} rows; only these are in the files");
        }
        _progress.End();
        if (rows.Count > 0)
            Write(data, folds, rows, finished);
        return finished ? ExitCode.Done : ExitCode.Cancelled;
    }

    /// <summary>Computes what several rows need, once.</summary>
    private void Prepare(ImageDataset data, CancellationToken cancellationToken)
    {
        if (_options.Methods.Any(m => m.Input == MethodInput.Skin))
            _skin = FeatureSource.Skin(data, _options.Threads, _progress, _skipped, cancellationToken);
        if (_options.Methods.Any(m => m.Input == MethodInput.Features || m.Name == MethodCatalog.Head))
            _features = FeatureSource.Network(data, TrainerOptions(data, fineTune: false),
                _workers, _progress, _skipped, cancellationToken);
    }

    /// <summary>The fold without images that some method cannot read: all rows are measured on the same images.</summary>
    private Fold Readable(Fold fold) => new(Readable(fold.Train), Readable(fold.Validation), Readable(fold.Test));

    private ImageDataset Readable(ImageDataset images) =>
        images.Examples.Any(e => _skipped.ContainsKey(e.Path)) ? images.Subset(images.Examples.Where(e => !_skipped.ContainsKey(e.Path))) : images;

    private ComparisonRow Measure(Method method, IReadOnlyList<Fold> folds, CancellationToken cancellationToken)
    {
        List<FoldScores> results = [];
        foreach ((int index, Fold fold) in folds.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string name = folds.Count == 1 ? method.Name : $"{method.Name}, fold {index + 1} of {folds.Count}";
            results.Add(method switch
            {
                { Learner: { } learner } => LearnerMethod.Run(learner, method.Input == MethodInput.Skin ? _skin! : _features!, fold, fold.Train.Labels.Count,
                    _options.Seed, _options.Threads == 0 ? Environment.ProcessorCount : _options.Threads, cancellationToken),
                { Input: MethodInput.None } => MajorityMethod.Run(fold),
                { Name: MethodCatalog.Head } => TrainerMethod.Run(name, TrainerOptions(fold.Train, fineTune: false), fold, _features, null, _progress,
                    cancellationToken),
                _ => TrainerMethod.Run(name, TrainerOptions(fold.Train, fineTune: true), fold, null, _options.TimeBudget, _progress, cancellationToken),
            });
        }
        ImageExample[] examples = [.. folds.SelectMany(f => f.Test.Examples)];
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(folds[0].Test.Labels, [.. examples.Select(e => e.LabelIndex)],
            [.. results.SelectMany(r => r.Scores)], Groups(examples), _options.Seed, _workers);
        return new ComparisonRow(method, metrics, results.Average(r => r.SecondsToTrain), results.Average(r => r.MillisecondsPerImage),
            results.Average(r => r.Megabytes), results.Select(r => r.Note).FirstOrDefault(n => n is not null));
    }

    /// <summary>The options of `train` without options: what the library chooses for these images.</summary>
    private ImageClassificationTrainerOptions TrainerOptions(ImageDataset train, bool fineTune)
    {
        ImageClassificationTrainerOptions options =
            _backbone!.Apply(new ImageClassificationTrainerOptions { Seed = _options.Seed, Threads = _options.Threads });
        return DefaultRecipe.For(train, options, fineTune).Complete(options) with { WorkspacePath = _workspace, Policy = null };
    }

    private BackboneChoice Network()
    {
        try
        {
            List<string> notes = [];
            BackboneChoice choice = BackboneChoice.Resolve(_options.Backbone, _options.Weights, note: notes.Add);
            if (!choice.IsPretrained)
                throw new InputException("--backbone: expected a network with pretrained weights, found none on this machine. Name a file with "
                    + "--backbone FILE.onnx, get weights with `skinclassifier backbones pull mobilenet_v2`, or leave these rows out with "
                    + "--without features,head,network.");
            notes.ForEach(_progress.Note);
            if (choice.IsNormalizationAssumed)
                Warn($"{choice.OnnxFile}: nothing says how the network wants its images normalized; {choice.Normalization?.Name ?? "imagenet"} is assumed");
            return choice;
        }
        catch (ArgumentException error) when (error.ParamName is "backbone" or "weights")
        {
            throw new ArgumentException($"--{error.ParamName}: {ErrorSentence.Plain(error.Message)}.", error);
        }
    }

    private void Write(ImageDataset data, IReadOnlyList<Fold> folds, IReadOnlyList<ComparisonRow> rows, bool finished)
    {
        rows = [.. MethodCatalog.All.SelectMany(m => rows.Where(r => r.Method == m))];
        rows = PairedDifferences.Add(rows, Groups([.. folds.SelectMany(f => f.Test.Examples)]), _options.Seed, _options.Threads);
        SkippedFile[] skipped = [.. _skipped.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SkippedFile(s.Key, s.Value))];
        ComparisonResult result = new(ComparisonFacts.Of(_options, data, folds, _backbone), rows, finished, _warnings, skipped);
        ComparisonTable.WriteCsv(Path.Combine(_options.Output, "comparison.csv"), rows);
        ComparisonJson.Write(Path.Combine(_options.Output, "comparison.json"), result);
        ComparisonPage.Write(Path.Combine(_options.Output, "report.html"), result);
        RunTables.WriteSkipped(Path.Combine(_options.Output, "skipped.csv"), skipped);
        string splits = Path.Combine(_options.Output, "splits.csv");
        if (folds.Count == 1)
            RunTables.WriteSplits(splits, new DatasetSplits(folds[0].Train, folds[0].Validation, folds[0].Test));
        else
            RunTables.WriteSplits(splits, [.. folds.Select((f, i) => KeyValuePair.Create($"fold{i + 1}", f.Test.Examples))]);
        Console.Out.WriteLine(ComparisonTable.ToText(rows));
        _progress.Note($"written: {_options.Output} (report.html, comparison.csv, comparison.json, splits.csv)");
    }

    private void Warn(string text)
    {
        _warnings.Add(text);
        _progress.Warn(text);
    }

    private static IReadOnlyList<string?>? Groups(IReadOnlyList<ImageExample> examples) =>
        examples.Any(e => e.Group is not null) ? [.. examples.Select(e => e.Group)] : null;
}
