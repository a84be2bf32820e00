using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Data;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Reports;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Trainers.Search;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>train --time-budget: tries ways to train on the validation set, then trains the best one; the test set is only measured at the end.</summary>
internal sealed class BudgetRun
{
    private const int CandidatesInTable = 12;
    private const string ShardAgain = "starting the shard again goes on with its search; its time so far counts";
    private readonly Terminal _terminal;
    private readonly OptionValues _values;
    private readonly ulong _seed;
    private RunFolders _folders;
    private readonly string _dataPath, _folder, _searchFolder, _key;
    private readonly ImageDataset _data;
    private readonly DatasetSplits _splits;
    private readonly SearchSpace _space;
    private readonly TimeSpan _budget;
    private readonly TimeProvider _time;
    private readonly Shard _shard;
    private ImageClassificationModel? _lastModel;
    private OptionValues? _lastValues;
    private SearchTrial? _decided;
    private int? _nearCopies;

    private BudgetRun(Terminal terminal, OptionValues values, string dataPath, RunFolders folders, Shard shard, TimeProvider time)
    {
        _shard = shard;
        (_terminal, _values, _dataPath, _folders, _folder, _time) = (terminal, values, dataPath, folders, folders.Output, time);
        _searchFolder = SearchFolder(Path.GetDirectoryName(folders.Checkpoint)!);
        _budget = values.Get<TimeSpan>(RunOptionTable.TimeBudget);
        _seed = values.Get<ulong>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Seed)));
        (_data, _splits) = TrainingPreparation.OpenData(terminal, values, dataPath);
        if (_splits.Validation.Examples.Count == 0)
            throw new InputException("--time-budget: expected images for the validation set, which candidates are compared on; there are too few. "
                + "Add images or a larger --validation.");
        _space = SearchSettings.Space(values, _splits.Train);
        Candidates = [.. _space.Candidates(BudgetSearch.MaxCandidates * shard.Count, _seed).Where((_, i) => i % shard.Count == shard.Index)];
        foreach (SearchNetwork network in _space.Pretrained)
            TrainingPreparation.WarnOfNormalization(
                Networks.Resolve(new Terminal(quiet: true, verbose: false), values.With(RunOptionTable.Backbone, network.Name)), values);
        StringBuilder key = new($"{_budget} {_seed} {string.Join(',', _space.Pretrained)} {string.Join(',', _space.Scratch)}\n");
        foreach (ImageDataset split in new[] { _splits.Train, _splits.Validation })
            foreach (ImageExample example in split.Examples)
                key.Append(example.Label).Append(' ').Append(example.Path).Append('\n');
        _key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())));
    }

    /// <summary>Where a search keeps what it needs to go on.</summary>
    public static string SearchFolder(string run) => Path.Combine(run, "search");

    /// <summary>The options of a search that was stopped, or null.</summary>
    public static string? ConfigurationOf(string run) => Path.Combine(SearchFolder(run), "config.json") is var path && File.Exists(path) ? path : null;

    /// <summary>Reads the data and finds out what may be tried.</summary>
    /// <param name="terminal">Where progress is told.</param>
    /// <param name="values">All options.</param>
    /// <param name="dataPath">The images.</param>
    /// <param name="folders">Where the run writes.</param>
    /// <param name="shard">Which of the candidates are tried: every Nth. Default: all.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    public static BudgetRun Open(
        Terminal terminal, OptionValues values, string dataPath, RunFolders folders, Shard? shard = null, TimeProvider? time = null) =>
        new(terminal, values, dataPath, folders, shard ?? Shard.Whole, time ?? TimeProvider.System);

    /// <summary>The networks that may be tried.</summary>
    public string NetworkNames => string.Join(", ", _space.Pretrained.Concat(_space.Scratch).Select(n => n.Name));

    /// <summary>SHA-256 of what is known of the images and their sets.</summary>
    public string DataHash => DatasetHash.Of(_splits.Train, _splits.Validation);

    /// <summary>What is tried, the most promising first.</summary>
    public IReadOnlyList<SearchCandidate> Candidates { get; }

    /// <summary>Measures a model as the trials are measured: on the validation set.</summary>
    public TrialOutcome Measure(ImageClassificationModel model, CancellationToken cancellationToken) =>
        Measure(model, _splits.Validation, cancellationToken);

    /// <summary>Searches, trains the best candidate, measures it and writes all files.</summary>
    /// <param name="resumes">Whether to go on from what a search that was stopped has left.</param>
    /// <param name="cancellationToken">Leaves the best model so far.</param>
    /// <returns>The exit code.</returns>
    public int Run(bool resumes, CancellationToken cancellationToken)
    {
        _folders = _folders with { Resume = resumes };
        _nearCopies = TrainingPreparation.WarnOfLeaks(_terminal, _values, _splits, known: null, cancellationToken);
        if (_values.Get<string?>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Teacher))) is { } teacher)
            TrainingPreparation.WarnOfTeacher(ImageClassificationModel.Load(teacher), _splits.Test.Examples);
        string journalPath = Path.Combine(_searchFolder, "journal.json");
        SearchJournal? earlier = _folders.Resume ? SearchJournal.Read(journalPath) : null;
        _decided = earlier?.Final;
        if (earlier is not null && earlier.Key != _key)
            throw new InputException(
                $"{journalPath}: expected the trials of this search, received those of other images or options. Run train without --resume to restart.");
        foreach (string stale in new[] { _searchFolder, _folders.Checkpoint })
            if (!_folders.Resume && Directory.Exists(stale))
                Directory.Delete(stale, recursive: true);
        RunConfiguration.Write(
            Path.Combine(_searchFolder, "config.json"), RunOptionTable.All.Where(_values.IsGiven), _values, new Dictionary<string, string>(), _dataPath);
        IReadOnlyList<SearchCandidate> candidates = Candidates;
        _terminal.Note($"time budget {_budget}: up to {candidates.Count} candidates of {_space.Pretrained.Count} pretrained networks and "
            + $"{_space.Scratch.Count} from scratch; half of the time for trials on the validation set, the rest for the final model");
        BudgetSearch? search = null;
        SearchTrial? final;
        try
        {
            final = _terminal.WithProgress(progress =>
            {
                search = new BudgetSearch(_budget, _splits.Train.Examples.Count, _splits.Validation.Examples.Count, _splits.Test.Examples.Count,
                    (trial, token) => Try(trial, progress, token), earlier?.Rows, _time)
                {
                    Message = progress.Line,
                    SizesOf = _space.SizesOf,
                    TrialFinished = (running, row) => Keep(running, row, journalPath, progress),
                };
                SearchTrial? decided = search.Run(candidates, cancellationToken);
                return _decided ?? decided;
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && search is not null)
        {
            bool left = search.Leaderboard.Count > 0;
            Terminal.Warn($"cancelled: "
                + $"{(left ? $"{Path.Combine(_folder, "model.zip")} is the best of the trials so far, was not measured, and config.json repeats it"
                    : "no trial was finished")}; {(_shard == Shard.Whole ? $"`--resume {_folder}` continues the search" : ShardAgain)}");
            return ExitCode.Cancelled;
        }
        Leaderboard table = Table(search!);
        if (table.Rows.Count > 0)
            _terminal.Note($"\n{new Leaderboard(table.Columns, [.. table.Rows.Take(CandidatesInTable)]).ToText()}\n");
        new SearchJournal(_key, search!.Rows, final).Write(journalPath);
        if (final is null && search.Leaderboard.Count == 0)
            throw new InputException($"--time-budget {_budget}: expected time for at least one trial, received too little for every network. Give "
                + $"more time or a smaller --image-size.");
        return Finish(search, final, table, cancellationToken);
    }

    /// <summary>Trains and measures on the validation set as an ordinary training with these options would.</summary>
    private TrialOutcome Try(SearchTrial trial, IProgressDisplay progress, CancellationToken token)
    {
        OptionValues line = SearchSettings.Of(_values, trial, _splits.Train.Examples.Count);
        TrainingPreparation prepared = Prepare(line, new Terminal(quiet: true, verbose: false));
        if (trial.Rung < 0)
            prepared = prepared with { Splits = prepared.Splits with { Validation = _splits.Validation.Sample(BudgetSearch.SpeedValidation, _seed) } };
        ImageClassificationTrainerOptions trainer = prepared.Options(_folders, metrics =>
        {
            if (metrics.Kind == TrainingMetricsKind.Warning)
                progress.Line("warning: " + metrics.Text);
        }) with
        { CheckpointPath = null, Resume = false, CalibrateByFolds = false };
        ImageClassificationModel model = new ImageClassificationTrainer(trainer).Fit(prepared.Splits.Train, token);
        token.ThrowIfCancellationRequested();
        TrialOutcome outcome = Measure(model, prepared.Splits.Validation, token);
        (_lastModel, _lastValues) = (model, line);
        return outcome;
    }

    private TrialOutcome Measure(ImageClassificationModel model, ImageDataset images, CancellationToken token)
    {
        ImageClassificationMetrics metrics = model.Evaluate(images,
            new EvaluationOptions
            {
                Threads = _values.Get<int>(TrainerOptionTable.Of(nameof(ImageClassificationTrainerOptions.Threads))),
                TestTimeAugmentation = 1,
                CancellationToken = token
            }).Metrics;
        return new TrialOutcome(metrics["macroAccuracy"] ?? double.NaN, metrics["macroAuc"] ?? double.NaN, metrics["logLoss"] ?? double.NaN);
    }

    /// <summary>Writes down a finished trial, and its model when it is the best so far.</summary>
    private void Keep(BudgetSearch search, SearchResultRow row, string journalPath, IProgressDisplay progress)
    {
        progress.Report("time budget", (_budget - search.Left).TotalSeconds, _budget.TotalSeconds);
        if (row.Trial.Rung >= 0)
            KeepBest(search, row, progress);
        // Last: a trial counts once its model is on disk, so that a process killed in between repeats it.
        new SearchJournal(_key, search.Rows, _decided).Write(journalPath);
    }

    /// <summary>Shows a trial that counts, and writes the leaderboard and, when it leads, its model with the options that repeat it.</summary>
    private void KeepBest(BudgetSearch search, SearchResultRow row, IProgressDisplay progress)
    {
        progress.Line(FormattableString.Invariant(
            $"  {row.Outcome.Score:0.000}  {row.Trial.Candidate}; {row.Trial.Epochs} epochs of {row.Trial.Images} images, {row.Seconds:0} s"));
        if (_lastModel is { } model && ReferenceEquals(search.Leaderboard[0], row))
        {
            TrainingResult.Save(model, _folders, !_values.Get<bool>(RunOptionTable.NoMlNet));
            RunConfiguration.Write(Path.Combine(_folder, "config.json"), RunOptionTable.All, _lastValues!, model.Manifest.Options, _dataPath);
        }
        _lastModel = null;
        Table(search).WriteCsv(Path.Combine(_folder, "leaderboard.csv"));
    }

    private int Finish(BudgetSearch search, SearchTrial? final, Leaderboard table, CancellationToken cancellationToken)
    {
        SearchTrial chosen = final ?? search.Leaderboard[0].Trial;
        OptionValues line = SearchSettings.Of(_values, chosen, _splits.Train.Examples.Count);
        TrainingPreparation prepared = Prepare(line, _terminal) with { NearCopies = _nearCopies };
        _terminal.Note(final is null ? "there is no time left to train on all images: the model is that of the best trial"
            : $"final training: {chosen.Candidate}; {chosen.Epochs} epochs of {chosen.Images} images, within {TimeLeft.Of(search.Left)}");
        ImageClassificationModel model;
        IReadOnlyList<SkippedFile> skipped = [];
        if (final is null)
            model = ImageClassificationModel.Load(Path.Combine(_folder, "model.zip"));
        else
        {
            RunConfiguration.Write(Path.Combine(_folder, "config.json"), RunOptionTable.All, line, new Dictionary<string, string>(), _dataPath);
            Directory.CreateDirectory(_folders.Checkpoint);
            double seconds = Math.Max(search.Left.TotalSeconds * 0.95, 1);
            using CancellationTokenSource outOfTime = new(TimeSpan.FromSeconds(seconds), _time);
            using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, outOfTime.Token);
            (ImageClassificationTrainer trainer, model) = _terminal.WithProgress(progress =>
            {
                ImageClassificationTrainer trainer = new(prepared.Options(_folders, new TrainingDisplay(progress).Show));
                return (trainer, trainer.Fit(prepared.Splits.Train, both.Token));
            });
            skipped = trainer.Skipped;
            TrainingResult.Save(model, _folders, !_values.Get<bool>(RunOptionTable.NoMlNet));
            RunTables.WriteHistory(Path.Combine(_folder, "history.csv"), model.History ?? TrainingHistory.Empty);
            if (cancellationToken.IsCancellationRequested)
            {
                Terminal.Warn($"cancelled: {Path.Combine(_folder, "model.zip")} has the best weights of the final training so far and was not "
                    + $"measured; {(_shard == Shard.Whole ? TrainingResult.WayOn(_folders) : ShardAgain)}");
                return ExitCode.Cancelled;
            }
            if (outOfTime.IsCancellationRequested)
                Terminal.Warn("the time was over before the last epoch: the model has the best weights so far; `train --config config.json` would go "
                    + "on to the last epoch");
        }
        Dictionary<string, string> notes = TrainingResult.Chosen(prepared, model);
        notes["time-budget"] = search.Leaderboard is [{ } leader, ..]
            ? $"{_budget}: best of {search.Leaderboard.Count} candidates, score {leader.Outcome.Score.ToString("0.000", CultureInfo.InvariantCulture)}"
            : $"{_budget}: no search, because it would not have left the time for one whole training";
        RunConfiguration.Write(Path.Combine(_folder, "config.json"), RunOptionTable.All, line, notes, _dataPath);
        TrainVerb.Measure(_terminal, line, prepared, skipped, model, _folders, cancellationToken,
            report => table.Rows.Count > 0 ? report with { Leaderboard = table } : report);
        foreach (string done in new[] { _searchFolder, _folders.Checkpoint })
            if (Directory.Exists(done))
                Directory.Delete(done, recursive: true);
        _terminal.Note($"the winner again: skinclassifier train <data> -o <folder> --config {Path.Combine(_folder, "config.json")}");
        return ExitCode.Done;
    }

    private TrainingPreparation Prepare(OptionValues line, Terminal terminal)
    {
        BackboneChoice backbone = Networks.Resolve(terminal, line);
        return TrainingPreparation.For(terminal, line, backbone, _data, TrainingPreparation.Limit(_splits, line));
    }

    private static Leaderboard Table(BudgetSearch search) => new(
        ["rank", "round", "score", "macroAccuracy", "macroAuc", "logLoss", "network", "mode", "imageSize", "learningRate", "augmentation", "balance",
            "epochs", "images", "seconds"],
        [.. search.Leaderboard.Select((row, i) =>
            (IReadOnlyList<string>)[Text(i + 1), Text(row.Trial.Rung + 1), Metric(row.Outcome.Score), Metric(row.Outcome.MacroAccuracy),
                Metric(row.Outcome.MacroAuc), Metric(row.Outcome.LogLoss),
            Path.GetFileNameWithoutExtension(row.Trial.Candidate.Backbone), row.Trial.Candidate.ModeName, Text(row.Trial.Candidate.ImageSize),
            Text(row.Trial.Candidate.LearningRate),
            row.Trial.Candidate.Mode == SearchMode.Head ? "" : row.Trial.Candidate.Augmentation, SearchSettings.NameOf(row.Trial.Candidate.Balance),
            Text(row.Trial.Epochs), Text(row.Trial.Images), row.Seconds.ToString("0.0", CultureInfo.InvariantCulture)])]);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Metric(double value) => double.IsFinite(value) ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "";
}
