namespace SkinClassifier.Metrics;

/// <summary>
/// Matthews correlation for any number of classes (Gorodkin, 2004): −1 to 1, 0 for chance; 0 by convention when everything was taken for one class.
/// Undefined when all examples are of one class.
/// </summary>
internal sealed class MatthewsCorrelation : IMetric
{
    public string Name => "matthewsCorrelation";

    public bool HigherIsBetter => true;

    public double? Compute(ScoredExamples examples)
    {
        ClassConfusionMatrix confusion = examples.Confusion;
        double total = confusion.Total, both = 0, actual = 0, predicted = 0;
        for (int c = 0; c < confusion.Classes; c++)
        {
            both += (double)confusion.Support(c) * confusion.PredictedCount(c);
            actual += (double)confusion.Support(c) * confusion.Support(c);
            predicted += (double)confusion.PredictedCount(c) * confusion.PredictedCount(c);
        }
        double actualSpread = total * total - actual, predictedSpread = total * total - predicted;
        if (actualSpread == 0)
            return null;
        return predictedSpread == 0 ? 0 : (confusion.Right * total - both) / Math.Sqrt(actualSpread * predictedSpread);
    }
}
