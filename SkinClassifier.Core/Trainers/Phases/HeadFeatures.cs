using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Phases;

/// <summary>What a head on a frozen network trains with.</summary>
/// <param name="Train">Features of the training images.</param>
/// <param name="Validation">Features of the validation images.</param>
/// <param name="Teacher">A teacher's probabilities for the training images [N,K]; null without a teacher.</param>
internal sealed record HeadFeatures(FeatureTable Train, FeatureTable Validation, float[]? Teacher)
{
    /// <summary>Computes them, or reads them from the workspace.</summary>
    /// <exception cref="InvalidContentException">No training image can be read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HeadFeatures Compute(RunSetup run, CancellationToken cancellationToken)
    {
        LoadedBackbone backbone = run.Backbone;
        FeatureCache? cache = OpenCache(run, backbone.Features, backbone.Preprocessor, backbone.FeatureCount);
        if (run.Options.ProgressiveFrom is not null && run.HeadOnly)
            run.Reporter.Warn("head",
                "Images of growing size are for epochs in which the network itself trains; only a head on frozen features is trained, at the full size.");
        FeatureExtractor extractor =
            new(backbone.Features, backbone.FeatureCount, backbone.Preprocessor, cache, run.Workers, run.Reporter, decoder: run.Options.Decoder,
                group: run.Group);
        run.Reporter.Report($"features: {run.Train.Examples.Count + run.Validation.Examples.Count} images at "
            + $"{backbone.Preprocessor.Width}×{backbone.Preprocessor.Height} through "
            + $"{backbone.Name}{(cache is { Count: > 0 } ? $", {cache.Count} in the cache" : "")}", "features");
        FeatureTable train = Read(run, extractor, run.Train, cancellationToken), validation = Read(run, extractor, run.Validation, cancellationToken);
        run.Skipped.RequireReadable(run.Train);
        return new HeadFeatures(train, validation, TeacherRows(run, train, cancellationToken));
    }

    /// <summary>The phase of the head.</summary>
    public HeadPhase Prepare(RunSetup run) => new(run.HeadSettings, run.Head, Train, Validation, run.Classes, run.Workers, Teacher);

    /// <summary>The teacher's probabilities for the images of a feature table; those of its label for an image that the teacher could not read.</summary>
    private static float[]? TeacherRows(RunSetup run, FeatureTable train, CancellationToken cancellationToken)
    {
        if (run.Options.Teacher is not { } teacher)
            return null;
        int classes = run.Classes;
        int[] order = TeacherScores.Match(teacher, run.Train.Labels);
        run.Reporter.Report($"teacher: {train.Count} images at {teacher.Manifest.Width}×{teacher.Manifest.Height} through {teacher.Manifest.Backbone}",
            "teacher");
        FeatureCache? cache = OpenCache(run, teacher.Network, teacher.Preprocessor, classes);
        FeatureExtractor extractor =
            new(teacher.Network, classes, teacher.Preprocessor, cache, run.Workers, run.Reporter, "teacher", run.Options.Decoder, run.Group);
        FeatureTable scores = Read(run, extractor, run.Train, cancellationToken);
        Dictionary<int, int> rowOf = scores.Examples.Select((example, row) => (example, row)).ToDictionary(p => p.example, p => p.row);
        float[] rows = new float[train.Count * classes];
        for (int n = 0; n < train.Count; n++)
            for (int c = 0; c < classes; c++)
                rows[n * classes + c] =
                    rowOf.TryGetValue(train.Examples[n], out int row) ? scores.Values[row * classes + order[c]] : train.Labels[n] == c ? 1 : 0;
        return rows;
    }

    private static FeatureTable Read(RunSetup run, FeatureExtractor extractor, ImageDataset images, CancellationToken cancellationToken)
    {
        FeatureTable table = extractor.Compute(images, cancellationToken);
        run.Skipped.Add(table.Skipped);
        return table;
    }

    private static FeatureCache? OpenCache(RunSetup run, Graph network, ImagePreprocessor size, int length)
    {
        if (run.Options.WorkspacePath is not { } folder || run.Group is { Rank: > 0 })
            return null;
        return new FeatureCache(folder, FeatureCache.NameOf(network, size), length, text => run.Reporter.Warn("features", text));
    }
}
