using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Networks;
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
    /// <param name="only">Epoch (1-based) after which the heads stop, and whose scores alone are kept. Default null: all epochs.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HeadCrossValidation Run(PhaseSettings settings, FeatureTable train, IReadOnlyList<ImageExample> examples, int classes,
        float[]? teacher, WorkerPool workers, CancellationToken cancellationToken, int? only = null)
    {
        ImageClassificationTrainerOptions options = settings.Options;
        int[] dealt = StratifiedFolds.Assign(examples, Folds, options.Seed), fold = [.. train.Examples.Select(e => dealt[e])];
        int epochs = only ?? settings.Epochs;
        List<float>[] scores = [.. Enumerable.Range(0, epochs).Select(_ => new List<float>())];
        List<int> labels = [], images = [];
        foreach (int held in fold.Distinct().Order())
        {
            int[] trained = [.. Enumerable.Range(0, train.Count).Where(n => fold[n] != held)],
                asked = [.. Enumerable.Range(0, train.Count).Where(n => fold[n] == held)];
            if (trained.Length == 0)
                continue;
            ClassifierHead head = new(train.Length, options.HiddenWidths, settings.Loss.OutputCount(classes), options.Seed);
            using HeadPhase phase =
                new(settings, head, Rows(train, trained), Rows(train, asked), classes, workers, teacher is null ? null : Rows(teacher, classes, trained));
            int epoch = 0;
            using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            TrainingLoop loop = new(phase.Plan, phase.Source, phase.Settings with { Options = options with { EarlyStoppingCriteria = null } },
                Evaluate, new ProgressReporter(null));
            if (!loop.Run(enough.Token))
                cancellationToken.ThrowIfCancellationRequested();
            // A loop that ended early, because nothing was finite any more, stays as it was.
            while (epoch < epochs)
                Keep();
            labels.AddRange(asked.Select(n => train.Labels[n]));
            images.AddRange(asked.Select(n => train.Examples[n]));

            ValidationMetrics Evaluate(int _)
            {
                Keep();
                if (epoch == only)
                    enough.Cancel();
                return new ValidationMetrics(0, 0, 0, null);
            }

            void Keep()
            {
                if (epoch < epochs && (only is null || epoch == only - 1))
                    scores[epoch].AddRange(phase.Score().Scores);
                epoch++;
            }
        }
        return new HeadCrossValidation([.. scores.Select(s => s.ToArray())], [.. labels], [.. images]);
    }

    private static FeatureTable Rows(FeatureTable table, int[] rows) =>
        new(Rows(table.Values, table.Length, rows), [.. rows.Select(n => table.Labels[n])], table.Length, [.. rows.Select(n => table.Examples[n])], []);

    private static float[] Rows(float[] values, int length, int[] rows)
    {
        float[] chosen = new float[rows.Length * length];
        for (int i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * length, length).CopyTo(chosen.AsSpan(i * length));
        return chosen;
    }
}
