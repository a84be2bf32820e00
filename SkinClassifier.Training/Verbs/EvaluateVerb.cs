using System.CommandLine;
using System.Globalization;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Reports;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>evaluate: the metrics of a model on another labeled dataset.</summary>
internal static class EvaluateVerb
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "A model.zip." };
        Argument<string> data = new("data") { Description = $"{Datasets.Description} Of one with sets (train, validation, test) the test set is measured." };
        Option<string> output = CommonOptions.OutputFolder();
        Option<string?> groupBy =
            new("--group-by") { Description = "Column of metadata.csv; confidence intervals treat images with the same value as one.", HelpName = "column" };
        Option<string?> subset = DatasetOptionSet.Subset();
        DatasetOptionSet reading = new(ReportOptionTable.All);
        Option<int?> views = CommonOptions.Views("the model's own");
        Option<DecisionTarget?> decide = EvaluationRule.Option();
        Option<ulong> seed = CommonOptions.Seed();
        Option<int> threads = CommonOptions.Threads();
        Option<bool> noPolicy = CommonOptions.NoPolicy("coverage of prediction sets and errors among answers are not measured");
        Option<long> maxPixels = CommonOptions.MaxPixels();
        Option<string?> map = Map();
        Option<bool> robustness = new("--robustness")
        {
            Description = $"Also measure corrupted images: hair, bubbles, blur, noise and others, in all {RobustnessEvaluation.Passes - 1} more "
                + $"passes over the images.",
        };
        ShardOptions shards = new();
        // What merge starts this verb with: it measures what the shards in that folder have scored.
        Option<string?> join = new(EvaluateShardRun.JoinFlag) { Hidden = true };
        Command command = new CheckedCommand("evaluate", "Measure a model on labeled images.",
            parsed => [.. CommonOptions.OutputErrors(parsed, output, data), .. shards.Errors(parsed)])
        {
            model, data, output, groupBy, subset, map, views, decide, robustness, noPolicy, seed, threads, maxPixels, join,
        };
        reading.AddTo(command);
        shards.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            Task.FromResult(Run(CommonOptions.Terminal(parsed), parsed.GetRequiredValue(model), parsed.GetRequiredValue(data),
                parsed.GetRequiredValue(output), parsed.GetValue(groupBy), parsed.GetValue(subset), parsed.GetValue(map), reading, reading.Values(parsed),
                parsed.GetValue(views),
                parsed.GetValue(decide), parsed.GetValue(seed), parsed.GetValue(threads),
                [groupBy, subset, map, views, decide, robustness, noPolicy, seed, threads, maxPixels],
                !parsed.GetValue(noPolicy), parsed.GetValue(robustness), parsed, parsed.Decoder(maxPixels),
                shards.IsGiven(parsed) ? shards.Read(parsed) : null, parsed.GetValue(join), cancellationToken)));
        return command;
    }

    private static int Run(Terminal terminal, string modelPath, string dataPath, string folder, string? groupBy, string? subset, string? map,
        DatasetOptionSet readingSet, OptionValues reading, int? views, DecisionTarget? decide, ulong seed, int threads, Option[] options, bool usePolicy,
        bool corrupts, ParseResult parsed, DecoderOptions decoder, Shard? shard, string? join, CancellationToken cancellationToken)
    {
        ImageClassificationModel model = ImageClassificationModel.Load(modelPath);
        DecisionRule? rule = EvaluationRule.Of(decide, model, modelPath);
        using RunLock? own = shard is null ? RunLock.Take(folder) : null;
        ImageDataset data =
            Mapped(Datasets.Open(terminal, dataPath, groupBy, minimumClasses: 1, reading: DatasetOptionTable.Read(reading), decoder: decoder,
                inOrder: true), map);
        ImageDataset measured = Datasets.Measured(data, subset, out string measuredOn);
        ReportSettings settings = ReportSettings.Of(reading, model.Labels, measured.Examples);
        terminal.Note($"measured: {measuredOn}{(measured.Examples.Count < data.Examples.Count ? "; --subset all measures the others too" : "")}");
        EvaluationOptions how = new()
        {
            Threads = threads,
            Decoder = decoder,
            TestTimeAugmentation = views,
            Decision = rule,
            UsePolicy = usePolicy,
            Seed = seed,
            CancellationToken = cancellationToken,
        };
        EvaluateShardRun sharded = new(terminal, model, modelPath, data, measured, how,
            [.. options.Where(o => o.Name != "--threads").Select(o => KeyValuePair.Create(o.Name.TrimStart('-'), RunConfiguration.TextOf(parsed, o))),
                .. readingSet.ForConfiguration(reading).Select(o => KeyValuePair.Create(o.Key, o.Value?.ToString() ?? ""))]);
        if (shard is { } part)
            return sharded.Run(part, folder, corrupts, ShardOptions.WithoutShard(parsed));
        IReadOnlyList<EvaluatedShard>? scored = join is null ? null : sharded.Read(join);
        ModelEvaluation evaluation;
        try
        {
            evaluation = scored is not null ? ModelEvaluation.Of(model, measured, how, [.. scored.Select(s => s.Scored)])
                : terminal.WithProgress(progress =>
                    model.Evaluate(measured, how with { Progress = (done, total) => progress.Report("measuring", done, total) }));
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
        RobustnessMetrics? robustness = null;
        if (corrupts && scored is not null)
            robustness = RobustnessEvaluation.Measure(evaluation, [.. scored.Select(s => s.Corrupted!)], model, how);
        else if (corrupts)
        {
            terminal.Note($"corrupting: {RobustnessEvaluation.Passes} passes over {evaluation.Examples.Count} images, one view per image");
            robustness = terminal.WithProgress(progress => RobustnessEvaluation.Run(model, evaluation,
                how with { Progress = (done, total) => progress.Report("corrupting", done, total) }));
        }
        ContentLeaks? leaks = evaluation.FindLeaks(data);
        string[] warnings = [.. new[] { leaks?.Warning(), Unmeasured(evaluation) }.OfType<string>()];
        foreach (string warning in warnings)
            Terminal.Warn(warning);
        settings.Apply(new RunReport
        {
            Title = $"Evaluation of {Path.GetFileName(modelPath)}",
            MeasuredOn = $"{measuredOn} of {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataPath)))}",
            Metrics = evaluation.Metrics,
            Examples = evaluation.Examples,
            Skipped = [.. data.Skipped.Concat(evaluation.Skipped).DistinctBy(f => f.Path)],
            Options = [new("network", model.Manifest.Backbone),
                new("input", $"{model.Manifest.Width}×{model.Manifest.Height}, {model.Manifest.Preprocessing.Resize}"),
                new("views per image (test-time augmentation)", (views ?? model.Manifest.TestTimeAugmentation).ToString(CultureInfo.InvariantCulture)),
                new("decided by", evaluation.Decision.ToString()!)],
            Warnings = [.. data.Warnings, .. warnings],
            Leaks = leaks,
            Policy = evaluation.Policy,
            Model = model,
            Engine = new ImagePredictionOptions { Threads = threads, Decoder = decoder },
            NeighborAgreement = evaluation.NeighborAgreement,
            Robustness = robustness,
        }).Write(folder);
        RunConfiguration.Write(Path.Combine(folder, "config.json"), options, parsed, model.Manifest.Options, dataPath,
            readingSet.ForConfiguration(reading), modelPath);
        Terminal.Result(evaluation.ToString());
        terminal.Note($"written: {folder} (report.html, metrics.json, predictions.csv, …)");
        return ExitCode.Done;
    }

    /// <summary>--map, of every verb that measures models.</summary>
    public static Option<string?> Map() => new Option<string?>("--map")
    {
        Description = "A CSV file with the columns from,to: other names for the classes of the data; images of a class with an empty to are left out.",
        HelpName = "FILE.csv",
    }.Of(OptionForm.File("a CSV file with the columns from and to", "FILE.csv"));

    /// <summary>The dataset with the names of a table; without a table as it is.</summary>
    /// <exception cref="InputException">The table does not fit the data.</exception>
    public static ImageDataset Mapped(ImageDataset data, string? map)
    {
        try
        {
            return map is null ? data : LabelMap.Read(map).Apply(data);
        }
        catch (ArgumentException error)
        {
            throw new InputException(error.Message);
        }
    }

    /// <summary>A warning that names the model's classes without a measured image; null when there are none.</summary>
    private static string? Unmeasured(ModelEvaluation evaluation)
    {
        string[] absent = [.. evaluation.Labels.Where((_, i) => !evaluation.Actual.Contains(i))];
        return absent.Length == 0 ? null : $"No image of {(absent.Length == 1 ? "the class" : "the classes")} "
            + $"{string.Join(", ", absent.Take(8).Select(l => $"'{l}'"))}{(absent.Length > 8 ? " …" : "")} was measured: "
            + $"{(absent.Length == 1 ? "its" : "their")} metrics are undefined and stay out of the macro averages.";
    }
}
