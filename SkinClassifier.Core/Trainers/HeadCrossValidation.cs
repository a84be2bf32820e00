using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Features;
using SkinClassifier.Trainers.Networks;
using SkinClassifier.Trainers.Selection;

namespace SkinClassifier.Trainers;

/// <summary>
/// What stands in for a validation part that is too small to choose by, where only a head learns: <see cref="Folds"/> heads, each learnt on the features of four fifths of the
/// training pictures and asked about the rest after every epoch. So every training picture tells which epoch is best and how sure the scores may be, and none is lost to learning.
/// Heads on features that are there already take moments. (Stone, Cross-validatory choice and assessment of statistical predictions, 1974.)
/// </summary>
internal sealed class HeadCrossValidation
{
    /// <summary>Parts that the training pictures are dealt into.</summary>
    public const int Folds = 5;

    /// <summary>Fewest training pictures that are worth it.</summary>
    public const int FewestPictures = 2 * Folds;

    private readonly float[][] _scores;

    private HeadCrossValidation(float[][] scores, int[] labels) => (_scores, Labels) = (scores, labels);

    /// <summary>Class of every scored picture [N].</summary>
    public int[] Labels { get; }

    /// <summary>Raw scores [N, outputs] of all pictures after <paramref name="epoch"/> (0-based), each by the head that had not seen it.</summary>
    public float[] ScoresAfter(int epoch) => _scores[epoch];

    /// <summary>Learns the heads.</summary>
    /// <param name="options">Options of the training.</param>
    /// <param name="recipe">Its choices.</param>
    /// <param name="train">Features of the training pictures, not scaled; not changed.</param>
    /// <param name="examples">The pictures that <see cref="FeatureTable.Examples"/> speaks of; groups stay together.</param>
    /// <param name="classes">K.</param>
    /// <param name="teacher">Probabilities of a teacher [N,K], or null.</param>
    /// <param name="workers">Who computes.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static HeadCrossValidation Run(ImageClassificationTrainerOptions options, TrainingRecipe recipe, FeatureTable train, IReadOnlyList<ImageExample> examples, int classes, float[]? teacher, WorkerPool workers, CancellationToken cancellation)
    {
        int[] dealt = StratifiedFolds.Assign(examples, classes, Folds, options.Seed), fold = [.. train.Examples.Select(e => dealt[e])];
        int epochs = recipe.Head().Epochs;
        List<float>[] scores = [.. Enumerable.Range(0, epochs).Select(_ => new List<float>())];
        List<int> labels = [];
        foreach (int held in fold.Distinct().Order())
        {
            int[] learnt = [.. Enumerable.Range(0, train.Count).Where(n => fold[n] != held)], asked = [.. Enumerable.Range(0, train.Count).Where(n => fold[n] == held)];
            if (learnt.Length == 0)
                continue;
            ClassifierHead head = new(train.Length, options.HiddenUnits, recipe.Loss.OutputCount(classes), options.Seed);
            using HeadPhase phase = new(options, recipe, head, Rows(train, learnt), Rows(train, asked), classes, workers, teacher is null ? null : Rows(teacher, classes, learnt));
            int epoch = 0;
            TrainingCourse course = new(phase.Plan, phase.Source, phase.Settings with { EarlyStopping = null }, Ask, new CourseReporter(null));
            if (!course.Run(cancellation))
                cancellation.ThrowIfCancellationRequested();
            // A course that ended early, because nothing was finite any more, stays as it was.
            for (; epoch < epochs; epoch++)
                scores[epoch].AddRange(phase.Score().Scores);
            labels.AddRange(asked.Select(n => train.Labels[n]));

            ValidationFigures Ask()
            {
                scores[epoch++].AddRange(phase.Score().Scores);
                return new ValidationFigures(0, 0, 0, null);
            }
        }
        return new HeadCrossValidation([.. scores.Select(s => s.ToArray())], [.. labels]);
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
