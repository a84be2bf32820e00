namespace SkinClassifier.Metrics;

/// <summary>Examples whose top probability p lies in (<paramref name="Low"/>, <paramref name="High"/>].</summary>
/// <param name="Low">Lower border, excluded (included for the first bin).</param>
/// <param name="High">Upper border, included.</param>
/// <param name="Count">Examples in the bin.</param>
/// <param name="MeanConfidence">Mean of p; null for an empty bin.</param>
/// <param name="Accuracy">Share of examples whose class has the top probability; null for an empty bin.</param>
public sealed record CalibrationBin(double Low, double High, long Count, double? MeanConfidence, double? Accuracy)
{
    internal const int Bins = 15;

    internal static CalibrationBin[] Compute(ScoredExamples examples)
    {
        Span<double> confidence = stackalloc double[Bins];
        Span<long> count = stackalloc long[Bins], right = stackalloc long[Bins];
        confidence.Clear();
        count.Clear();
        right.Clear();
        for (int i = 0; i < examples.Count; i++)
        {
            int predicted = examples.Top[i], weight = examples.Weight(i);
            double top = examples.Scores(i)[predicted];
            int bin = (int)Math.Clamp(Math.Ceiling(top * Bins) - 1, 0, Bins - 1);
            confidence[bin] += weight * top;
            count[bin] += weight;
            if (predicted == examples.Actual[i])
                right[bin] += weight;
        }
        CalibrationBin[] bins = new CalibrationBin[Bins];
        for (int b = 0; b < Bins; b++)
            bins[b] = new CalibrationBin((double)b / Bins, (b + 1.0) / Bins, count[b], count[b] == 0 ? null : confidence[b] / count[b],
                count[b] == 0 ? null : (double)right[b] / count[b]);
        return bins;
    }
}
