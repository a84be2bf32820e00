using System.Buffers;

namespace SkinClassifier.Calibration;

/// <summary>Which classes belong to the prediction set of an image. Immutable; applying it allocates nothing.</summary>
internal sealed class PredictionSets
{
    private const int OnStack = 256;
    private readonly double[] _limits;

    /// <summary>Sets with limits that are known.</summary>
    /// <param name="kind">How sets are made.</param>
    /// <param name="limits">Limit of the score of each class [K]; infinite: the class is in every set. With RAPS all are equal.</param>
    /// <param name="regularization">λ of RAPS.</param>
    /// <param name="freeRanks">k_reg of RAPS.</param>
    public PredictionSets(PredictionSetKind kind, double[] limits, double regularization, int freeRanks) =>
        (Kind, _limits, Regularization, FreeRanks) = (kind, limits, regularization, freeRanks);

    /// <summary>How sets are made.</summary>
    public PredictionSetKind Kind { get; }

    /// <summary>Limit of each class.</summary>
    public IReadOnlyList<double> Limits => _limits;

    /// <summary>λ of RAPS.</summary>
    public double Regularization { get; }

    /// <summary>k_reg of RAPS.</summary>
    public int FreeRanks { get; }

    /// <summary>Fits the limits on images that were not trained on.</summary>
    /// <param name="scores">Probabilities [N,K].</param>
    /// <param name="actual">Actual classes [N].</param>
    /// <param name="classes">K.</param>
    /// <param name="options">α, kind, and the minimum number of images of a class.</param>
    public static PredictionSets Fit(ReadOnlySpan<float> scores, ReadOnlySpan<int> actual, int classes, PolicyOptions options)
    {
        double[] own = new double[actual.Length], sums = new double[classes], limits = new double[classes];
        for (int i = 0; i < actual.Length; i++)
        {
            Nonconformity(options.Sets, scores.Slice(i * classes, classes), options.Regularization, options.FreeRanks, sums);
            own[i] = sums[actual[i]];
        }
        double pooled = ConformalQuantile.Of([.. own], options.Alpha);
        for (int c = 0; c < classes; c++)
        {
            int images = actual.Count(c);
            limits[c] = options.Sets == PredictionSetKind.Raps || images < options.MinImages ? pooled : ConformalQuantile.Of(Of(own, actual, c), options.Alpha);
        }
        return new PredictionSets(options.Sets, limits, options.Regularization, options.FreeRanks);
    }

    /// <summary>Says for each class whether it is in the set.</summary>
    /// <param name="scores">Probabilities [K].</param>
    /// <param name="set">Gets true for each class that is in the set [K].</param>
    /// <returns>Number of classes in the set.</returns>
    public int Fill(ReadOnlySpan<float> scores, Span<bool> set)
    {
        int classes = scores.Length, count = 0;
        double[]? rented = classes > OnStack ? ArrayPool<double>.Shared.Rent(classes) : null;
        Span<double> values = (rented ?? stackalloc double[OnStack])[..classes];
        Nonconformity(Kind, scores, Regularization, FreeRanks, values);
        for (int c = 0; c < classes; c++)
            if (set[c] = values[c] <= _limits[c])
                count++;
        if (count == 0 && Kind == PredictionSetKind.Raps)
        {
            // RAPS never gives an empty set: the most probable class is always in.
            set[System.Numerics.Tensors.TensorPrimitives.IndexOfMax(scores)] = true;
            count = 1;
        }
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
        return count;
    }

    private static void Nonconformity(PredictionSetKind kind, ReadOnlySpan<float> scores, double regularization, int freeRanks, Span<double> values)
    {
        if (kind == PredictionSetKind.Raps)
        {
            RankedSum.Write(scores, regularization, freeRanks, values);
            return;
        }
        for (int c = 0; c < scores.Length; c++)
            values[c] = 1.0 - scores[c];
    }

    private static double[] Of(double[] own, ReadOnlySpan<int> actual, int label)
    {
        List<double> chosen = [];
        for (int i = 0; i < own.Length; i++)
            if (actual[i] == label)
                chosen.Add(own[i]);
        return [.. chosen];
    }
}
