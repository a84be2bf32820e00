using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// Images that calibrate a policy beside the validation set, where only a head trains: the training images are dealt into folds as large as the validation set,
/// and for some of them a head is trained without the fold, but with the validation images. Such a head knows as many images as the finished one and
/// differs from it only in which part of the data it has not seen; so the scores of its fold are as good as more validation images (the finished head is
/// the head of one more fold, the validation set). Fewer heads than folds cost less, and two or three folds already scatter little.
/// (Vovk, Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74, 2015.)
/// </summary>
internal static class CalibrationHeads
{
    /// <summary>Most heads.</summary>
    public const int MaxHeads = 3;

    /// <summary>Most folds: where the validation set is smaller than a tenth of the training images, the heads know a little less.</summary>
    private const int MaxFolds = 10;

    /// <summary>
    /// Validation images of a class that need no help: the coverage that their limit gives is right within 0.02 (one standard deviation,
    /// √(α(1−α)/n) at α = 0.1).
    /// </summary>
    public const int EnoughImages = 225;

    /// <summary>
    /// Whether heads should add calibration images: only a head trains, the validation set chose its epoch and has too few images of a class, and the
    /// model looks at one view of an image, as the heads do.
    /// </summary>
    public static bool AreWanted(RunSetup run)
    {
        if (run.Options.Policy is null || !run.Options.CalibrateByFolds || !run.HeadOnly || run.ChoosesByFolds || run.Options.Views > 1)
            return false;
        int[] validation = run.Validation.CountByLabel(), train = run.Train.CountByLabel();
        return Enumerable.Range(0, run.Classes).Any(c => train[c] > 0 && validation[c] < EnoughImages);
    }

    /// <summary>Number of folds: each has about as many images as the validation set.</summary>
    public static int Folds(int train, int validation) => Math.Clamp((int)Math.Round((double)train / validation), 2, MaxFolds);

    /// <summary>Trains the heads. Null: there are too few images, or it was cancelled.</summary>
    /// <param name="run">The run.</param>
    /// <param name="features">The features, scaled or not; they are not changed.</param>
    /// <param name="epoch">Epoch (1-based) of the finished head's weights.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static ScoredImages? Score(RunSetup run, HeadFeatures features, int epoch, CancellationToken cancellationToken)
    {
        int images = features.Train.Count;
        if (images < HeadCrossValidation.MinImages || features.Validation.Count == 0)
            return null;
        int folds = Folds(images, features.Validation.Count);
        int[] dealt = StratifiedFolds.Assign(run.Train.Examples, folds, run.Options.Seed), fold = [.. features.Train.Examples.Select(e => dealt[e])];
        int[][] asked = [.. Enumerable.Range(0, Math.Min(folds, MaxHeads)).Select(f => Enumerable.Range(0, images).Where(n => fold[n] == f).ToArray())
            .Where(rows => rows.Length is > 0 && rows.Length < images)];
        run.Reporter.Report($"policy: {asked.Length} heads, each without one of {folds} folds of the {images} training images, because the validation set has "
            + $"fewer than {EnoughImages} images of a class", "head");
        try
        {
            float[][] scores = new FoldHeads(run.HeadSettings, run.Classes, run.Workers).ScoresAfter(epoch, asked.Length, Part, cancellationToken);
            int[] rows = [.. asked.SelectMany(r => r)];
            return new ScoredImages([.. scores.SelectMany(s => s)], [.. rows.Select(n => features.Train.Labels[n])],
                [.. rows.Select(n => features.Train.Examples[n])]);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        FoldPart Part(int head)
        {
            int held = fold[asked[head][0]];
            int[] others = [.. Enumerable.Range(0, images).Where(n => fold[n] != held)];
            // A teacher was asked about the training images only.
            return new FoldPart(
                features.Teacher is null ? features.Train.Rows(others).With(features.Validation) : features.Train.Rows(others),
                features.Train.Rows(asked[head]), features.Teacher is { } teacher ? FeatureTable.Rows(teacher, run.Classes, others) : null);
        }
    }
}
