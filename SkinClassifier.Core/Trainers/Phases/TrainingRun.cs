using System.Security.Cryptography;
using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Trainers.Checkpoints;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>One call of Fit: the phases one after the other, each from where the one before ended or a checkpoint says.</summary>
internal sealed class TrainingRun(RunSetup run)
{
    private readonly RunRecord _record = new();
    private readonly RunCheckpoint? _checkpoint = RunCheckpoint.Open(run);
    private HeadCrossValidation? _folds;
    private ScoredImages? _calibration;
    private FeatureTable? _features;

    /// <summary>Trains, and makes the model of the best weights.</summary>
    public ImageClassificationModel Run(CancellationToken cancellationToken)
    {
        RequireSameRun();
        bool headIsNext = run.HasHeadPhase && _checkpoint is not { HeadIsDone: true };
        bool finished = !headIsNext || RunHead(cancellationToken);
        if (finished && !run.HeadOnly)
            finished = RunImages(cancellationToken);
        if (!finished)
            run.Reporter.Warn("", "Cancelled; the model has the best weights so far.");
        return FinishedModel.Create(run, _record, _folds, _calibration, _features, cancellationToken);
    }

    /// <summary>Refuses processes that would not do the same: they would wait for each other forever.</summary>
    private void RequireSameRun()
    {
        if (run.Group is not { } group)
            return;
        byte[] own = SHA256.HashData(Encoding.UTF8.GetBytes($"{RunCheckpoint.KeyOf(run)} {TrainingPlan.InstructionSet} "
            + $"{run.Options.WorkspacePath is null} {run.Options.CheckpointPath is null}")), all = new byte[own.Length * group.Size];
        group.Gather(own, all);
        for (int rank = 1; rank < group.Size; rank++)
            if (!all.AsSpan(rank * own.Length, own.Length).SequenceEqual(all.AsSpan(0, own.Length)))
                throw new InvalidContentException($"Training in {group.Size} processes: expected the same data, options, weights and instruction set "
                    + $"({TrainingPlan.InstructionSet} here) in all, process {rank} has others than process 0. Use one shared folder, one command line and "
                    + "machines of one kind.");
    }

    /// <summary>Trains the head on features of the frozen backbone; false when cancelled.</summary>
    public bool RunHead(CancellationToken cancellationToken)
    {
        HeadFeatures features = HeadFeatures.Compute(run, cancellationToken);
        _folds = CrossValidate(features, cancellationToken);
        using HeadPhase phase = features.Prepare(run);
        bool finished = Train(phase.Plan, phase.Source, phase.Settings,
            _folds is { } all ? epoch => all.ImagesAfter(epoch) : phase.HasValidation ? _ => phase.Score() : null, null, cancellationToken);
        if (_folds is { } folds && _record.BestEpoch is { } best)
            Keep(folds.ImagesAfter(best - 1));
        else if (phase.HasValidation)
            Keep(phase.Score());
        phase.Fold();
        if (finished && CalibrationHeads.AreWanted(run) && _record.BestEpoch is { } epoch)
            _calibration = CalibrationHeads.Score(run, features, epoch, cancellationToken);
        if (run.HeadOnly)
        {
            phase.Unscale(features.Train);
            _features = features.Train;
        }
        return finished;
    }

    /// <summary>Trains the network itself on images: fine-tuning after <see cref="RunHead"/>, or from scratch; false when cancelled.</summary>
    private bool RunImages(CancellationToken cancellationToken)
    {
        using ImagePhase phase = ImagePhase.Prepare(run);
        bool hasValidation = run.Validation.Examples.Count > 0;
        if ((run.Reporter.IsHeard || run.Group is not null) && (long)phase.Source.StepsPerEpoch * phase.Settings.Epochs >= ExpectedTime.MinSteps)
        {
            phase.Times = ExpectedTime.Measure(phase, run);
            run.Reporter.Report($"{phase.Settings.Phase}: {ProgressReporter.About(phase.Times.Seconds)} expected, without scoring the finished model",
                phase.Settings.Phase);
        }
        bool finished = Train(phase.Plan, phase.Source, phase.Settings, hasValidation ? epoch => phase.ScoresAfter(epoch) ? phase.Score() : null : null, phase,
            cancellationToken);
        run.Skipped.RequireReadable(run.Train);
        if (hasValidation && _record.IsOf(phase.Settings))
            Keep(phase.Score());
        run.Skipped.Add(phase.Skipped);
        return finished;
    }

    /// <summary>Heads for folds of the training images, where only a head trains and the validation set is too small to choose by; null elsewhere.</summary>
    private HeadCrossValidation? CrossValidate(HeadFeatures features, CancellationToken cancellationToken)
    {
        int images = features.Train.Count, validation = run.Validation.Examples.Count, needed = run.HeadSettings.MinImagesToChoose;
        if (!run.HeadOnly || validation >= needed || images < HeadCrossValidation.MinImages)
            return null;
        run.Reporter.Report($"head: {validation} images to validate are fewer than {needed}; the best "
            + $"epoch{(run.Options.FitTemperature ? " and the temperature come" : " comes")} from cross-validation of the {images} training "
            + $"images, and so do the metrics of validation", "head");
        return HeadCrossValidation.Run(
            run.HeadSettings, features.Train, run.Train.Examples, run.Classes, features.Teacher, run.Workers, cancellationToken);
    }

    /// <summary>One phase; false when cancelled.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="source">Its batches.</param>
    /// <param name="settings">How it trains.</param>
    /// <param name="scoresAfter">Scores after an epoch (0-based) of the images that choose, or null where it is not scored; null: there are none.</param>
    /// <param name="images">The phase, when the network itself trains.</param>
    /// <param name="cancellationToken">Stops.</param>
    private bool Train(TrainingPlan plan, BatchSource source, PhaseSettings settings, Func<int, ScoredImages?>? scoresAfter, ImagePhase? images,
        CancellationToken cancellationToken)
    {
        _record.Begin(settings);
        run.Reporter.Report(settings.Sentence(source.StepsPerEpoch * source.BatchSize), settings.Phase);
        int validation = run.Validation.Examples.Count, needed = run.HeadSettings.MinImagesToChoose;
        if (scoresAfter is not null && _folds is null && validation < needed)
            run.Reporter.Report($"{settings.Phase}: {validation} images to validate are fewer than {needed}, "
                + $"too few to choose an epoch by; the last one is kept", settings.Phase);
        _checkpoint?.Begin();
        TrainingLoop loop = new(plan, source, settings, scoresAfter is null ? null : epoch => scoresAfter(epoch) is { } scored ? Metrics(scored) : null,
            run.Reporter, images?.Easy)
        {
            Stages = images is null ? null : images.StageOf,
            Times = images?.Times,
            StatisticShares = images?.StatisticShares ?? new Dictionary<string, float>(),
            Group = run.Group,
            Saver = _checkpoint is not { } file ? null : (state, must) => file.Save(_record, state, settings.Phase, must),
        };
        if (images is { HeadRestarts: true })
        {
            // The loop has noted the weights so far as the best; they come back when nothing better is found.
            run.Head.Reset(run.Options.Seed, withNetwork: true);
            loop.State.Ema?.Restart();
        }
        bool resumes = _checkpoint is { } earlier && earlier.Resumes(settings.Phase);
        if (images is not null && run.HasHeadPhase)
            loop.Start(resumes ? null : _record.Best);
        if (resumes)
            _checkpoint!.Load(_record, loop.State);
        bool finished = loop.Run(cancellationToken);
        _record.End(settings, loop.State);
        return finished;
    }

    private void Keep(ScoredImages scored) => _record.Keep(scored, Metrics(scored));

    private ValidationMetrics Metrics(ScoredImages scored) =>
        ValidationMetrics.Of(run.HeadSettings.Loss, scored.Scores, scored.Labels, run.Classes, run.HeadSettings.ClassWeights,
            run.Options.EarlyStoppingCriteria?.Watched, run.HeadSettings.ChoosesByTemperatureScaledLoss,
            _folds is null ? run.HeadSettings.MinImagesToChoose : 1);
}
