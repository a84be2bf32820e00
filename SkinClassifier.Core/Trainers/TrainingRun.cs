using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers;

/// <summary>One call of Fit: backbone, head and data, and the phases one after the other.</summary>
internal sealed class TrainingRun
{
    private readonly ImageClassificationTrainerOptions _options;
    private readonly ImageDataset _train, _validation;
    private readonly LoadedBackbone _backbone;
    private readonly ClassifierHead _head;
    private readonly WorkerPool _workers;
    private readonly ProgressReporter _reporter;
    private readonly List<TrainingEpoch> _epochs = [];
    private readonly List<PhaseSettings> _phases = [];
    private readonly CheckpointFile? _checkpoint;
    private readonly Dictionary<string, SkippedFile> _skipped = new(StringComparer.Ordinal);
    private ValidationMetrics? _best;
    private (float[] Scores, int[] Labels)? _validationScores;
    private HeadCrossValidation? _folds;
    private string? _bestPhase, _resumed;
    private int? _bestEpoch;
    private bool? _averaged;

    public TrainingRun(ImageClassificationTrainerOptions options, ImageDataset train, ImageDataset validation, LoadedBackbone backbone,
        WorkerPool workers, ProgressReporter reporter)
    {
        (_options, _train, _validation, _backbone, _workers, _reporter) = (options, train, validation, backbone, workers, reporter);
        int[] counts = train.CountByLabel();
        HeadSettings = PhaseSettings.Head(options, counts);
        NetworkSettings = backbone.IsPretrained ? PhaseSettings.FineTune(options, counts) : PhaseSettings.Scratch(options, counts);
        Classes = train.Labels.Count;
        HeadOnly = backbone.IsPretrained && options.FineTuneEpochs == 0;
        if (options.Teacher is { } teacher)
            TeacherScores.Match(teacher, train.Labels);
        if (options.ProgressiveFrom is { } small && !HeadOnly)
            new ProgressiveSizes(small, backbone.Preprocessor.Width, NetworkSettings.Epochs).Check(backbone);
        _head = new ClassifierHead(backbone.FeatureCount, options.HiddenWidths, HeadSettings.Loss.OutputCount(Classes), options.Seed,
            withNetwork: !backbone.IsPretrained || options.Epoch == 0);
        if (options.CheckpointPath is { } folder)
            _checkpoint = new CheckpointFile(folder, RunKey.Of(options,
                [HeadSettings, PhaseSettings.FineTune(options, counts), PhaseSettings.Scratch(options, counts)], train, validation,
                NetworkHash.Of(backbone.Features)));
        if (_checkpoint is null)
            return;
        bool resumes = options.Resume && _checkpoint.Exists;
        if (resumes)
            _checkpoint.Load(reader => _resumed = reader.ReadString());
        CleanUp(resumes);
    }

    /// <summary>The options, with everything chosen.</summary>
    public ImageClassificationTrainerOptions Options => _options;

    /// <summary>Whether a checkpoint says that the head's phase is over.</summary>
    public bool HeadIsDone => _resumed is not (null or "head");

    /// <summary>How a head on frozen features trains.</summary>
    public PhaseSettings HeadSettings { get; }

    /// <summary>How the network itself trains: fine-tuning, or from scratch.</summary>
    public PhaseSettings NetworkSettings { get; }

    /// <summary>K.</summary>
    public int Classes { get; }

    /// <summary>Whether only the head trains.</summary>
    public bool HeadOnly { get; }

    /// <summary>Images that could not be read, by path.</summary>
    public IReadOnlyList<SkippedFile> Skipped => [.. _skipped.Values.OrderBy(s => s.Path, StringComparer.Ordinal)];

    /// <summary>The loop so far.</summary>
    public TrainingHistory History => new([.. _epochs], _bestPhase, _bestEpoch);

    /// <summary>Settings of the phases that ran.</summary>
    public IReadOnlyList<PhaseSettings> Phases => _phases;

    /// <summary>Trains the head on features of the frozen backbone; false when cancelled.</summary>
    public bool RunHead(CancellationToken cancellationToken)
    {
        (FeatureTable train, FeatureTable validation, float[]? teacher) = ComputeFeatures(cancellationToken);
        _folds = CrossValidate(train, teacher, cancellationToken);
        using HeadPhase phase = new(HeadSettings, _head, train, validation, Classes, _workers, teacher);
        bool finished = Phase(phase.Plan, phase.Source, phase.Settings,
            _folds is not null ? epoch => Metrics((_folds.ScoresAfter(epoch), _folds.Labels)) : phase.HasValidation ? _ =>
                Metrics(phase.Score()) : null, cancellationToken);
        if (_folds is not null && _bestEpoch is { } best)
            _validationScores = (_folds.ScoresAfter(best - 1), _folds.Labels);
        else if (phase.HasValidation)
            _validationScores = phase.Score();
        if (_validationScores is { } scored)
            _best = Metrics(scored);
        phase.Fold();
        return finished;
    }

    /// <summary>Heads for folds of the training images, where only a head trains and the validation set is too small to choose by; null elsewhere.</summary>
    private HeadCrossValidation? CrossValidate(FeatureTable train, float[]? teacher, CancellationToken cancellationToken)
    {
        if (!HeadOnly || _validation.Examples.Count >= HeadSettings.MinImagesToChoose || train.Count < HeadCrossValidation.MinImages)
            return null;
        _reporter.Report($"head: {_validation.Examples.Count} images to validate are fewer than {HeadSettings.MinImagesToChoose}; the best "
            + $"epoch{(_options.FitTemperature ? " and the temperature come" : " comes")} from cross-validation of the {train.Count} training "
            + $"images, and so do the metrics of validation", "head");
        return HeadCrossValidation.Run(HeadSettings, train, _train.Examples, Classes, teacher, _workers, cancellationToken);
    }

    /// <summary>Features, batches and plan of the head.</summary>
    public HeadPhase PrepareHead(CancellationToken cancellationToken)
    {
        (FeatureTable train, FeatureTable validation, float[]? teacher) = ComputeFeatures(cancellationToken);
        return new HeadPhase(HeadSettings, _head, train, validation, Classes, _workers, teacher);
    }

    private (FeatureTable Train, FeatureTable Validation, float[]? Teacher) ComputeFeatures(CancellationToken cancellationToken)
    {
        FeatureCache? cache = OpenCache(_backbone.Features, _backbone.Preprocessor, _backbone.FeatureCount);
        if (_options.ProgressiveFrom is not null && HeadOnly)
            _reporter.Warn("head",
                "Images of growing size are for epochs in which the network itself trains; only a head on frozen features is trained, at the full size.");
        FeatureExtractor extractor =
            new(_backbone.Features, _backbone.FeatureCount, _backbone.Preprocessor, cache, _workers, _reporter, decoder: _options.Decoder);
        _reporter.Report($"features: {_train.Examples.Count + _validation.Examples.Count} images at "
            + $"{_backbone.Preprocessor.Width}×{_backbone.Preprocessor.Height} through "
            + $"{_backbone.Name}{(cache is { Count: > 0 } ? $", {cache.Count} in the cache" : "")}", "features");
        FeatureTable train = Note(extractor.Compute(_train, cancellationToken)), validation = Note(extractor.Compute(_validation, cancellationToken));
        if (train.Count == 0)
            throw new InvalidContentException($"Training: expected readable images, none of {_train.Examples.Count} could be read. First: "
                + $"{_skipped.Values.First().Path}: {_skipped.Values.First().Reason}");
        return (train, validation, TeacherRows(train, cancellationToken));
    }

    /// <summary>The teacher's probabilities for the images of a feature table, [N,K]; null without a teacher.</summary>
    private float[]? TeacherRows(FeatureTable train, CancellationToken cancellationToken)
    {
        if (_options.Teacher is not { } teacher)
            return null;
        int[] order = TeacherScores.Match(teacher, _train.Labels);
        _reporter.Report($"teacher: {train.Count} images at {teacher.Manifest.Width}×{teacher.Manifest.Height} through {teacher.Manifest.Backbone}", "teacher");
        FeatureCache? cache = OpenCache(teacher.Network, teacher.Preprocessor, Classes);
        FeatureTable scores = Note(new FeatureExtractor(
            teacher.Network, Classes, teacher.Preprocessor, cache, _workers, _reporter, "teacher", _options.Decoder).Compute(_train, cancellationToken));
        Dictionary<int, int> rowOf = scores.Examples.Select((example, row) => (example, row)).ToDictionary(p => p.example, p => p.row);
        float[] rows = new float[train.Count * Classes];
        for (int n = 0; n < train.Count; n++)
            for (int c = 0; c < Classes; c++)
                rows[n * Classes + c] =
                    rowOf.TryGetValue(train.Examples[n], out int row) ? scores.Values[row * Classes + order[c]] : train.Labels[n] == c ? 1 : 0;
        return rows;
    }

    /// <summary>Trains the network itself on images: fine-tuning after <see cref="RunHead"/>, or from scratch; false when cancelled.</summary>
    public bool RunImages(CancellationToken cancellationToken)
    {
        using ImagePhase phase = PrepareImages();
        bool hasValidation = _validation.Examples.Count > 0;
        bool finished = Phase(phase.Plan, phase.Source, phase.Settings, hasValidation ? _ => Metrics(phase.Score()) : null, cancellationToken, phase);
        if (hasValidation && _bestPhase == phase.Settings.Phase)
        {
            _validationScores = phase.Score();
            _best = Metrics(_validationScores.Value);
        }
        foreach (SkippedFile file in phase.Skipped)
            Note(file);
        return finished;
    }

    /// <summary>Batches and plan of the whole network.</summary>
    public ImagePhase PrepareImages()
    {
        ImagePhase phase = new(NetworkSettings, _backbone, _head, _train, _validation, _workers, Note);
        _reporter.Report(phase.Description, phase.Settings.Phase);
        return phase;
    }

    /// <summary>The finished model with the best weights.</summary>
    public ImageClassificationModel Finish()
    {
        double temperature = FitTemperature();
        Graph network = NetworkAssembly.Finish(_backbone.Features, _head.ProbabilityGraph(temperature)).Clone();
        int[] counts = _train.CountByLabel();
        Dictionary<string, string> options = PhaseSettings.Describe(_options, _phases);
        if (_averaged is { } kept)
            options["swaKept"] = kept ? "yes" : "no";
        if (_folds is not null)
            options["bestEpochFrom"] = $"{HeadCrossValidation.Folds}-fold cross-validation";
        ImagePreprocessor size = _backbone.Preprocessor;
        ModelManifest manifest = new()
        {
            Labels = [.. _train.Labels],
            Width = size.Width,
            Height = size.Height,
            Preprocessing = new ModelPreprocessing
            {
                Resize = size.Resize.ToString().ToLowerInvariant(),
                Filter = size.Filter.ToString().ToLowerInvariant(),
                ColorConstancy = _options.ColorConstancy == ColorConstancy.None ? "none" : "shades-of-gray",
                ReducedDecoding = size.ReducedDecoding,
                Mean = [.. _backbone.Normalization.Mean],
                Std = [.. _backbone.Normalization.Std],
            },
            Backbone = _backbone.Name,
            WeightsHash = _backbone.WeightsHash,
            TrainedOn = Enumerable.Range(0, Classes).ToDictionary(c => _train.Labels[c], c => counts[c]),
            Seed = _options.Seed,
            Temperature = temperature,
            TestTimeAugmentation = _options.Views,
            Options = options,
        };
        return new ImageClassificationModel(
            network.WithName(_backbone.Name), manifest)
        { History = History, Seen = SeenContent.Of(_train.Examples.Concat(_validation.Examples)) };
    }

    /// <summary>T that fits the validation set, seen as the finished model will see images; 1 when none is wanted or there are no such images.</summary>
    private double FitTemperature()
    {
        if (!_options.FitTemperature || _validationScores is not { } v)
            return 1;
        // Scores of cross-validation are those of the image alone.
        int views = _folds is null ? _options.Views : 1;
        if (views > 1)
        {
            _reporter.Report($"temperature: {v.Labels.Length} images of the validation set, {views} views of each");
            v = new DatasetScorer(_validation, _backbone.Preprocessor, _head.Outputs, _workers, _options.Decoder)
                .Score(NetworkAssembly.WithHead(_backbone.Features, _head.ScoringGraph()), views);
        }
        float[] logits = new float[v.Labels.Length * views * Classes];
        HeadSettings.Loss.ToLogits(v.Scores, Classes, logits);
        return TemperatureFit.Fit(logits, v.Labels, Classes, views, deviation: TemperatureFit.PriorDeviation);
    }

    private bool Phase(TrainingPlan plan, BatchSource source, PhaseSettings settings, Func<int, ValidationMetrics>? validate,
        CancellationToken cancellationToken, ImagePhase? images = null)
    {
        _phases.Add(settings);
        _reporter.Report(settings.Sentence(source.StepsPerEpoch * source.BatchSize), settings.Phase);
        if (validate is not null && _folds is null && _validation.Examples.Count < HeadSettings.MinImagesToChoose)
            _reporter.Report($"{settings.Phase}: {_validation.Examples.Count} images to validate are fewer than {HeadSettings.MinImagesToChoose}, "
                + $"too few to choose an epoch by; the last one is kept", settings.Phase);
        CheckpointClock clock = new(TimeSpan.FromMinutes(_options.CheckpointMinutes), _reporter);
        TrainingLoop? running = null;
        TrainingLoop loop = running = new TrainingLoop(plan, source, settings, validate is null ? null : () => validate(running!.State.Epoch), _reporter)
        {
            Stages = images is null ? null : images.StageOf,
            StatisticShares = images?.StatisticShares ?? new Dictionary<string, float>(),
            Saver = _checkpoint is null ? null : must => Save(running!.State, settings.Phase, clock, must),
        };
        if (images is { HeadRestarts: true })
        {
            // The loop has noted the weights so far as the best; they come back when nothing better is found.
            _head.Reset(_options.Seed, withNetwork: true);
            loop.State.Ema?.Take();
        }
        bool resumes = _resumed == settings.Phase;
        if (images is not null && _backbone.IsPretrained && _options.Epoch != 0)
            loop.Start(resumes ? null : _best);
        if (resumes)
            _checkpoint!.Load(reader => ReadCheckpoint(reader, loop.State));
        bool finished = loop.Run(cancellationToken);
        _epochs.AddRange(loop.State.History);
        if (loop.State.BestEpoch > 0)
            (_bestPhase, _bestEpoch) = (settings.Phase, loop.State.BestEpoch);
        if (loop.State.Swa is not null)
            _averaged = loop.State.SwaKept;
        return finished;
    }

    private void CleanUp(bool resumes)
    {
        try
        {
            _checkpoint!.DeleteUnfinished();
            if (!resumes && _checkpoint.Exists)
                _checkpoint.Delete();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _reporter.Warn("", $"What an earlier run left in the folder of the checkpoint could not be deleted: {error.Message} The run continues.");
        }
    }

    private void Save(LoopState state, string phase, CheckpointClock clock, bool must)
    {
        if (!clock.IsDue(must))
            return;
        try
        {
            _checkpoint!.Save(writer => WriteCheckpoint(writer, state, phase));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _reporter.Warn("", $"The checkpoint could not be written: {error.Message} The run continues.");
        }
        clock.Restart();
    }

    private void WriteCheckpoint(BinaryWriter writer, LoopState state, string phase)
    {
        writer.Write(phase);
        StateRecords.WriteHistory(writer, _epochs);
        writer.Write(_bestPhase ?? "");
        writer.Write(_bestEpoch ?? 0);
        writer.Write(_best.HasValue);
        writer.Write(_best.GetValueOrDefault().Loss);
        writer.Write(_best.GetValueOrDefault().Accuracy);
        writer.Write(_best.GetValueOrDefault().MacroAccuracy);
        writer.WriteOptional(_best?.Watched);
        writer.Write(_validationScores.HasValue);
        writer.WriteFloats(_validationScores?.Scores ?? []);
        writer.WriteFloats([.. (_validationScores?.Labels ?? []).Select(l => (float)l)]);
        StateRecords.Write(writer, state);
    }

    private void ReadCheckpoint(BinaryReader reader, LoopState state)
    {
        string current = reader.ReadString();
        _epochs.AddRange(StateRecords.ReadHistory(reader));
        string phase = reader.ReadString();
        int epoch = reader.ReadInt32();
        if (phase.Length > 0)
            (_bestPhase, _bestEpoch) = (phase, epoch);
        bool hasBest = reader.ReadBoolean();
        ValidationMetrics best = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), null);
        best = best with { Watched = reader.ReadOptional() };
        _best = hasBest ? best : null;
        bool hasScores = reader.ReadBoolean();
        float[] scores = reader.ReadFloatArray();
        int[] labels = [.. reader.ReadFloatArray().Select(l => (int)l)];
        _validationScores = hasScores ? (scores, labels) : null;
        StateRecords.Read(reader, state);
        if (_epochs.Any(e => e.Phase == "head"))
            _phases.Insert(0, HeadSettings);
        _resumed = null;
        _reporter.Report($"resumed from {_checkpoint!.FilePath}: {current}, epoch {state.Epoch + 1}, step {state.Batch + 1}");
    }

    private ValidationMetrics Metrics((float[] Scores, int[] Labels) scored) =>
        ValidationMetrics.Of(HeadSettings.Loss, scored.Scores, scored.Labels, Classes, HeadSettings.ClassWeights,
            _options.EarlyStoppingCriteria?.Watched, HeadSettings.ChoosesByTemperatureScaledLoss, _folds is null ? HeadSettings.MinImagesToChoose : 1);

    private FeatureCache? OpenCache(Graph network, ImagePreprocessor size, int length)
    {
        if (_options.WorkspacePath is not { } folder)
            return null;
        return new FeatureCache(folder, FeatureCache.NameOf(network, size), length, text => _reporter.Warn("features", text));
    }

    private FeatureTable Note(FeatureTable table)
    {
        foreach (SkippedFile file in table.Skipped)
            Note(file);
        return table;
    }

    private void Note(SkippedFile file)
    {
        if (_skipped.TryAdd(file.Path, file))
            _reporter.Warn("", $"{file.Path} is left out: {file.Reason}");
    }
}
