using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// What stands in for a validation set that is too small to choose by, where only a head trains: <see cref="Folds"/> heads, each trained on the
/// features of four fifths of the training images and asked about the rest after every epoch. So every training image tells which epoch is best and
/// how confident the scores may be, and none is lost to training. Heads on features that are there already take moments. (Stone, Cross-validatory choice
/// and assessment of statistical predictions, 1974.)
/// </summary>
internal sealed class HeadCrossValidation
{
    /// <summary>Parts that the training images are dealt into.</summary>
    public const int Folds = 5;

    /// <summary>Minimum number of training images that are worth it.</summary>
    public const int MinImages = 2 * Folds;

    private readonly float[][] _scores;

    private HeadCrossValidation(float[][] scores, int[] labels, int[] images) => (_scores, Labels, Images) = (scores, labels, images);

    /// <summary>Class of every scored image [N].</summary>
    public int[] Labels { get; }

    /// <summary>Position of every scored image in the training set [N].</summary>
    public int[] Images { get; }

    /// <summary>Raw scores [N, outputs] of all images after <paramref name="epoch"/> (0-based), each by the head that had not seen it.</summary>
    public float[] ScoresAfter(int epoch) => _scores[epoch];

    /// <summary>The scored images after <paramref name="epoch"/> (0-based).</summary>
    public ScoredImages ImagesAfter(int epoch) => new(_scores[epoch], Labels, Images);

    /// <summary>Trains the heads.</summary>
    /// <param name="settings">How a head trains.</param>
    /// <param name="train">Features of the training images, not scaled; not changed.</param>
    /// <param name="examples">The images that <see cref="FeatureTable.Examples"/> speaks of; groups stay together.</param>
    /// <param name="classes">K.</param>
    /// <param name="teacher">Probabilities of a teacher [N,K], or null.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <param name="folds">Number of heads.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HeadCrossValidation Run(PhaseSettings settings, FeatureTable train, IReadOnlyList<ImageExample> examples, int classes,
        float[]? teacher, WorkerPool workers, CancellationToken cancellationToken, int folds = Folds)
    {
        int[] dealt = StratifiedFolds.Assign(examples, folds, settings.Options.Seed), fold = [.. train.Examples.Select(e => dealt[e])];
        (int[] Trained, int[] Asked)[] parts = [.. fold.Distinct().Order().Select(held => (Where(n => fold[n] != held), Where(n => fold[n] == held)))
            .Where(p => p.Item1.Length > 0)];
        float[][][] scores = new FoldHeads(settings, classes, workers).Scores(parts.Length,
            i => new FoldPart(train.Rows(parts[i].Trained), train.Rows(parts[i].Asked),
                teacher is null ? null : FeatureTable.Rows(teacher, classes, parts[i].Trained)), cancellationToken);
        int[] asked = [.. parts.SelectMany(p => p.Asked)];
        return new HeadCrossValidation([.. Enumerable.Range(0, settings.Epochs).Select(e => scores.SelectMany(s => s[e]).ToArray())],
            [.. asked.Select(n => train.Labels[n])], [.. asked.Select(n => train.Examples[n])]);

        int[] Where(Func<int, bool> wanted) => [.. Enumerable.Range(0, train.Count).Where(wanted)];
    }
}
