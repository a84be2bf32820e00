using SkinClassifier.Metrics;
using SkinClassifier.Trainers.Losses;
using SkinClassifier.Trainers.Phases;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Metrics of the validation set after an epoch.</summary>
/// <param name="Loss">Mean loss, class weights included.</param>
/// <param name="Accuracy">Share of correct answers.</param>
/// <param name="MacroAccuracy">Mean recall of the classes that have examples.</param>
/// <param name="Watched">The metric that chooses the best epoch; NaN where it is undefined, null where there are too few images to choose by.</param>
internal readonly record struct ValidationMetrics(double Loss, double Accuracy, double MacroAccuracy, double? Watched)
{
    /// <summary>Minimum number of examples whose loss is looked at after calibration.</summary>
    private const int MinCalibrated = 20;

    /// <summary>
    /// Whether the watched metric is undefined for these examples, for example an area under the curve with one class; not so where the network has
    /// diverged.
    /// </summary>
    public bool IsUndefined => Watched is double.NaN && double.IsFinite(Loss);

    /// <summary>Metrics of raw scores [N, outputs] for labels [N].</summary>
    /// <param name="loss">The loss that is trained.</param>
    /// <param name="scores">[N, outputs].</param>
    /// <param name="labels">[N].</param>
    /// <param name="classes">K.</param>
    /// <param name="classWeights">[K], or empty.</param>
    /// <param name="watched">What chooses the best epoch; null: the loss.</param>
    /// <param name="temperatureScaled">Whether the temperature-scaled loss chooses the epoch.</param>
    /// <param name="minimum">Minimum number of examples that choose.</param>
    public static ValidationMetrics Of(Loss loss, ReadOnlySpan<float> scores, ReadOnlySpan<int> labels, int classes, ReadOnlySpan<float> classWeights,
        IMetric? watched = null, bool temperatureScaled = false, int minimum = 1)
    {
        float[] targets = new float[labels.Length * classes], logits = new float[labels.Length * classes];
        for (int n = 0; n < labels.Length; n++)
            targets[n * classes + labels[n]] = 1;
        loss.ToLogits(scores, classes, logits);
        int[] right = new int[classes], all = new int[classes];
        for (int n = 0; n < labels.Length; n++)
        {
            all[labels[n]]++;
            if (IndexOfMax(logits.AsSpan(n * classes, classes)) == labels[n])
                right[labels[n]]++;
        }
        double recall = 0;
        int present = 0;
        for (int c = 0; c < classes; c++)
            if (all[c] > 0)
            {
                recall += (double)right[c] / all[c];
                present++;
            }
        double value = loss.Compute(scores, targets, classes, classWeights, []);
        double? chooses = labels.Length < minimum ? null : watched is not null ? Metric(watched, logits, labels, classes)
            : temperatureScaled && labels.Length >= MinCalibrated
            ? TemperatureFit.Loss(logits, labels, classes, TemperatureFit.Fit(logits, labels, classes, classWeights: classWeights), classWeights) : value;
        return new ValidationMetrics(value, (double)right.Sum() / labels.Length, recall / present, chooses);
    }

    private static double Metric(IMetric metric, float[] logits, ReadOnlySpan<int> labels, int classes)
    {
        if (logits.AsSpan().ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            return double.NaN;
        double[] row = new double[classes];
        float[] probabilities = new float[logits.Length];
        for (int n = 0; n < labels.Length; n++)
        {
            Losses.Loss.LogSoftmax(logits.AsSpan(n * classes, classes), row);
            for (int c = 0; c < classes; c++)
                probabilities[n * classes + c] = (float)Math.Exp(row[c]);
        }
        string[] names = [.. Enumerable.Range(0, classes).Select(c => $"{c}")];
        return metric.Compute(new ScoredExamples(names, labels, probabilities)) ?? double.NaN;
    }

    /// <summary>Index of the largest value, the first of equals.</summary>
    public static int IndexOfMax(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
            if (values[i] > values[best])
                best = i;
        return best;
    }
}
