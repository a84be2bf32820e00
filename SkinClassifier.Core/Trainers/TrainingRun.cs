using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers;

/// <summary>One call of Fit: backbone, head and data, and the phases one after the other.</summary>
internal sealed class TrainingRun
{
    private readonly ImageClassificationTrainerOptions _options;
    private readonly ImageDataset _train, _validation;
    private readonly LoadedBackbone _backbone;
    private readonly ClassifierHead _head;
    private readonly WorkerPool _workers;
    private readonly CourseReporter _reporter;
    private readonly List<TrainingEpoch> _epochs = [];
    private readonly List<CourseSettings> _phases = [];
    private readonly CheckpointFile? _checkpoint;
    private readonly Dictionary<string, SkippedFile> _skipped = new(StringComparer.Ordinal);
    private ValidationFigures? _best;
    private (float[] Scores, int[] Labels)? _validationScores;
    private string? _bestPhase;
    private int? _bestEpoch;

    public TrainingRun(ImageClassificationTrainerOptions options, ImageDataset train, ImageDataset validation, LoadedBackbone backbone, WorkerPool workers, CourseReporter reporter)
    {
        (_options, _train, _validation, _backbone, _workers, _reporter) = (options, train, validation, backbone, workers, reporter);
        Recipe = new TrainingRecipe(options, train.CountByLabel());
        Classes = train.Labels.Count;
        bool frozen = backbone.IsPretrained && options.FineTuneEpoch == 0;
        _head = new ClassifierHead(backbone.FeatureCount, options.HiddenUnits, Recipe.Loss.OutputCount(Classes), options.Seed);
        HeadOnly = frozen;
        if (options.CheckpointPath is { } folder && !frozen)
            _checkpoint = new CheckpointFile(folder, RunKey.Of(options, Recipe, train, validation, NetworkHash.Of(backbone.Features)));
        Resuming = options.Resume && _checkpoint is { Exists: true };
    }

    /// <summary>Whether a checkpoint is there to go on from.</summary>
    public bool Resuming { get; }

    /// <summary>All choices made.</summary>
    public TrainingRecipe Recipe { get; }

    /// <summary>K.</summary>
    public int Classes { get; }

    /// <summary>Whether only the head learns.</summary>
    public bool HeadOnly { get; }

    /// <summary>Pictures that could not be read, by path.</summary>
    public IReadOnlyList<SkippedFile> Skipped => [.. _skipped.Values.OrderBy(s => s.Path, StringComparer.Ordinal)];

    /// <summary>The course so far.</summary>
    public TrainingHistory History => new([.. _epochs], _bestPhase, _bestEpoch);

    /// <summary>Settings of the phases that ran.</summary>
    public IReadOnlyList<CourseSettings> Phases => _phases;

    /// <summary>Learns the head on features of the frozen backbone; false when cancelled.</summary>
    public bool RunHead(CancellationToken cancellation)
    {
        using HeadPhase phase = PrepareHead(cancellation);
        bool finished = Course(phase.Plan, phase.Source, phase.Settings, phase.HasValidation ? () => Figures(phase.Score()) : null, cancellation);
        if (phase.HasValidation)
        {
            _validationScores = phase.Score();
            _best = Figures(_validationScores.Value);
        }
        phase.Fold();
        return finished;
    }

    /// <summary>Features, batches and plan of the head.</summary>
    public HeadPhase PrepareHead(CancellationToken cancellation)
    {
        FeatureCache? cache = OpenCache();
        FeatureExtractor extractor = new(_backbone.Features, _backbone.FeatureCount, _backbone.Preprocessor, cache, _workers, _reporter);
        _reporter.Say($"features: {_train.Examples.Count + _validation.Examples.Count} pictures at {_backbone.Preprocessor.Width}×{_backbone.Preprocessor.Height} through {_backbone.Name}{(cache is { Count: > 0 } ? $", {cache.Count} in the cache" : "")}", "features");
        FeatureTable train = Note(extractor.Compute(_train, cancellation)), validation = Note(extractor.Compute(_validation, cancellation));
        if (train.Count == 0)
            throw new InvalidContentException($"Training: expected readable pictures, none of {_train.Examples.Count} could be read. First: {_skipped.Values.First().Path}: {_skipped.Values.First().Reason}");
        return new HeadPhase(_options, Recipe, _head, train, validation, Classes, _workers);
    }

    /// <summary>Learns the network itself on pictures: fine-tuning after <see cref="RunHead"/>, or from scratch; false when cancelled.</summary>
    public bool RunPictures(CancellationToken cancellation)
    {
        using PicturePhase phase = PreparePictures();
        bool hasValidation = _validation.Examples.Count > 0;
        bool finished = Course(phase.Plan, phase.Source, phase.Settings, hasValidation ? () => Figures(phase.Score()) : null, cancellation, phase.HeadStartsAnew);
        if (hasValidation && _bestPhase == phase.Settings.Phase)
        {
            _validationScores = phase.Score();
            _best = Figures(_validationScores.Value);
        }
        foreach (SkippedFile file in phase.Skipped)
            Note(file);
        return finished;
    }

    /// <summary>Batches and plan of the whole network.</summary>
    public PicturePhase PreparePictures()
    {
        PicturePhase phase = new(_options, Recipe, _backbone, _head, _train, _validation, _workers, Note);
        _reporter.Say(phase.Description, phase.Settings.Phase);
        return phase;
    }

    /// <summary>The finished model with the best weights.</summary>
    public ImageClassificationModel Finish()
    {
        double temperature = 1;
        if (_options.FitTemperature && _validationScores is { } v && v.Labels.Length >= TemperatureFit.MinimumExamples)
        {
            float[] logits = new float[v.Labels.Length * Classes];
            Recipe.Loss.ToLogits(v.Scores, Classes, logits);
            temperature = TemperatureFit.Fit(logits, v.Labels, Classes);
        }
        Graph network = NetworkAssembly.Finish(_backbone.Features, _head.ProbabilityGraph(temperature)).Clone();
        int[] counts = _train.CountByLabel();
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
                Mean = [.. _backbone.Normalization.Mean],
                Std = [.. _backbone.Normalization.Std],
            },
            Backbone = _backbone.Name,
            WeightsHash = _backbone.WeightsHash,
            TrainedOn = Enumerable.Range(0, Classes).ToDictionary(c => _train.Labels[c], c => counts[c]),
            Seed = _options.Seed,
            Temperature = temperature,
            TestTimeAugmentation = _options.TestTimeAugmentation,
            Options = Recipe.Describe(_phases),
        };
        return new ImageClassificationModel(network.WithName(_backbone.Name), manifest) { History = History };
    }

    private bool Course(TrainingPlan plan, BatchSource source, CourseSettings settings, Func<ValidationFigures>? validate, CancellationToken cancellation, bool newHead = false)
    {
        _phases.Add(settings);
        _reporter.Say(TrainingRecipe.Sentence(settings, source.StepsPerEpoch * source.BatchSize, source.BatchSize), settings.Phase);
        bool saves = _checkpoint is not null && settings.Phase != "head";
        CheckpointClock clock = new(TimeSpan.FromMinutes(_options.CheckpointMinutes), _reporter);
        TrainingCourse? running = null;
        TrainingCourse course = running = new TrainingCourse(plan, source, settings, validate, _reporter) { Saver = saves ? must => Save(running!.State, clock, must) : null };
        if (newHead)
        {
            // The course has noted the weights so far as the best; they come back when nothing better is found.
            _head.Reset(_options.Seed);
            course.State.Ema?.Take();
        }
        if (Resuming)
            _checkpoint!.Load(reader => ReadCheckpoint(reader, course.State));
        else if (_best is { } start)
            course.Start(start);
        bool finished = course.Run(cancellation);
        _epochs.AddRange(course.State.History);
        if (course.State.BestEpoch > 0)
            (_bestPhase, _bestEpoch) = (settings.Phase, course.State.BestEpoch);
        return finished;
    }

    private void Save(CourseState state, CheckpointClock clock, bool must)
    {
        if (!clock.IsDue(must))
            return;
        try
        {
            _checkpoint!.Save(writer => WriteCheckpoint(writer, state));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _reporter.Warn("", $"The checkpoint could not be written: {fault.Message} The run goes on.");
        }
        clock.Restart();
    }

    private void WriteCheckpoint(BinaryWriter writer, CourseState state)
    {
        StateRecords.WriteHistory(writer, _epochs);
        writer.Write(_bestPhase ?? "");
        writer.Write(_bestEpoch ?? 0);
        writer.Write(_best.HasValue);
        writer.Write(_best.GetValueOrDefault().Loss);
        writer.Write(_best.GetValueOrDefault().Accuracy);
        writer.Write(_best.GetValueOrDefault().MacroAccuracy);
        writer.Write(_best.GetValueOrDefault().Watched);
        writer.Write(_validationScores.HasValue);
        writer.WriteFloats(_validationScores?.Scores ?? []);
        writer.WriteFloats([.. (_validationScores?.Labels ?? []).Select(l => (float)l)]);
        StateRecords.Write(writer, state);
    }

    private void ReadCheckpoint(BinaryReader reader, CourseState state)
    {
        _epochs.AddRange(StateRecords.ReadHistory(reader));
        string phase = reader.ReadString();
        int epoch = reader.ReadInt32();
        if (phase.Length > 0)
            (_bestPhase, _bestEpoch) = (phase, epoch);
        bool hasBest = reader.ReadBoolean();
        ValidationFigures best = new(reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        _best = hasBest ? best : null;
        bool hasScores = reader.ReadBoolean();
        float[] scores = reader.ReadFloatArray();
        int[] labels = [.. reader.ReadFloatArray().Select(l => (int)l)];
        _validationScores = hasScores ? (scores, labels) : null;
        StateRecords.Read(reader, state);
        if (_epochs.Any(e => e.Phase == "head"))
            _phases.Insert(0, Recipe.Head());
        _reporter.Say($"resumed from {_checkpoint!.FilePath}: epoch {state.Epoch + 1}, step {state.Batch + 1}");
    }

    private ValidationFigures Figures((float[] Scores, int[] Labels) scored) => ValidationFigures.Of(Recipe.Loss, scored.Scores, scored.Labels, Classes, Recipe.LossWeights, _options.EarlyStoppingCriteria?.Watched);

    private FeatureCache? OpenCache()
    {
        if (_options.WorkspacePath is not { } folder)
            return null;
        string key = NetworkHash.Of(_backbone.Features, $"{_backbone.Preprocessor.Width}x{_backbone.Preprocessor.Height} {_backbone.Preprocessor.Resize} {_backbone.Preprocessor.Filter}");
        return new FeatureCache(folder, key[..16], _backbone.FeatureCount, text => _reporter.Warn("features", text));
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
