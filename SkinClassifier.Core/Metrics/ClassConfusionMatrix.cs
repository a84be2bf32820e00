using System.Text;

namespace SkinClassifier.Metrics;

/// <summary>Counts of examples by actual class (rows) and predicted class (columns).</summary>
public sealed class ClassConfusionMatrix
{
    private readonly long[] _counts, _support, _predicted;

    internal ClassConfusionMatrix(IReadOnlyList<string> labels, long[] counts)
    {
        Labels = labels;
        _counts = counts;
        int classes = labels.Count;
        _support = new long[classes];
        _predicted = new long[classes];
        for (int a = 0; a < classes; a++)
            for (int p = 0; p < classes; p++)
            {
                long count = counts[a * classes + p];
                _support[a] += count;
                _predicted[p] += count;
                Total += count;
                if (a == p)
                    Right += count;
            }
    }

    /// <summary>Class names.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>K.</summary>
    public int Classes => Labels.Count;

    /// <summary>Examples of class <paramref name="actual"/> that were taken for class <paramref name="predicted"/>.</summary>
    public long this[int actual, int predicted] => _counts[actual * Classes + predicted];

    /// <summary>All examples.</summary>
    public long Total { get; }

    /// <summary>Examples on the diagonal.</summary>
    public long Right { get; }

    /// <summary>Examples of a class.</summary>
    public long Support(int label) => _support[label];

    /// <summary>Examples that were taken for a class.</summary>
    public long PredictedCount(int label) => _predicted[label];

    /// <summary>Right answers among those that were taken for the class; null when the class was never predicted.</summary>
    public double? Precision(int label) => Ratio(this[label, label], _predicted[label]);

    /// <summary>Right answers among the examples of the class (sensitivity); null when the class has no example.</summary>
    public double? Recall(int label) => Ratio(this[label, label], _support[label]);

    /// <summary>2·TP / (2·TP + FP + FN), the harmonic mean of precision and recall; null when the class has no example.</summary>
    public double? F1(int label) => _support[label] == 0 ? null : 2.0 * this[label, label] / (_support[label] + _predicted[label]);

    /// <summary>Examples of other classes that were not taken for the class: TN / (TN + FP); null when there are no other examples.</summary>
    public double? Specificity(int label)
    {
        long others = Total - _support[label], falseAlarms = _predicted[label] - this[label, label];
        return Ratio(others - falseAlarms, others);
    }

    /// <summary>The counts as rows.</summary>
    public long[][] ToRows() => [.. Enumerable.Range(0, Classes).Select(a => _counts.AsSpan(a * Classes, Classes).ToArray())];

    /// <summary>Mean of a metric over the classes that have examples; <paramref name="metric"/> null counts as 0. Null when there is no example.</summary>
    internal double? MeanOverPresent(Func<int, double?> metric)
    {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < Classes; c++)
            if (_support[c] > 0)
            {
                sum += metric(c) ?? 0;
                present++;
            }
        return present > 0 ? sum / present : null;
    }

    /// <summary>A table for people.</summary>
    public override string ToString()
    {
        int width = Math.Max(6, Math.Max(Labels.Max(l => l.Length), Total.ToString().Length) + 1);
        StringBuilder text = new();
        text.Append("actual \\ predicted".PadRight(Math.Max(19, width)));
        foreach (string label in Labels)
            text.Append(label.PadLeft(width));
        for (int a = 0; a < Classes; a++)
        {
            text.AppendLine().Append(Labels[a].PadRight(Math.Max(19, width)));
            for (int p = 0; p < Classes; p++)
                text.Append(this[a, p].ToString().PadLeft(width));
        }
        return text.ToString();
    }

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
