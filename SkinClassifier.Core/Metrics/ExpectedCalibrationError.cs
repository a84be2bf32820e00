namespace SkinClassifier.Metrics;

/// <summary>
/// Mean distance between confidence and share of correct answers over 15 equal-width bins of the top probability, weighted by the bins (Guo et al.,
/// 2017). Undefined without examples.
/// </summary>
internal sealed class ExpectedCalibrationError : IMetric
{
    public string Name => "expectedCalibrationError";

    public bool HigherIsBetter => false;

    public double? Compute(ScoredExamples examples)
    {
        double sum = 0;
        foreach (CalibrationBin bin in CalibrationBin.Compute(examples))
            if (bin.Count > 0)
                sum += bin.Count * Math.Abs(bin.MeanConfidence!.Value - bin.Accuracy!.Value);
        return examples.TotalWeight == 0 ? null : sum / examples.TotalWeight;
    }
}
