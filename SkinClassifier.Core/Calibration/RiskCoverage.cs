namespace SkinClassifier.Calibration;

/// <summary>
/// Error among answers against the share of images that are answered, most confident first (El-Yaniv and Wiener, On the foundations of noise-free selective
/// classification, 2010). Images of equal confidence are answered together.
/// </summary>
internal sealed class RiskCoverage
{
    private readonly double[] _confidence;
    private readonly int[] _answered;
    private readonly int[] _errors;

    /// <summary>Sorts the images.</summary>
    /// <param name="confidence">Confidence of each image [N].</param>
    /// <param name="isError">Whether its predicted class is wrong [N].</param>
    public RiskCoverage(ReadOnlySpan<double> confidence, ReadOnlySpan<bool> isError)
    {
        double[] keys = confidence.ToArray();
        bool[] wrong = isError.ToArray();
        Array.Sort(keys, wrong);
        List<double> levels = [];
        List<int> answered = [], errors = [];
        Count = keys.Length;
        int sum = 0;
        for (int i = keys.Length - 1; i >= 0; i--)
        {
            sum += wrong[i] ? 1 : 0;
            if (i > 0 && keys[i - 1] == keys[i])
                continue;
            levels.Add(keys[i]);
            answered.Add(keys.Length - i);
            errors.Add(sum);
        }
        (_confidence, _answered, _errors) = ([.. levels], [.. answered], [.. errors]);
    }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>Number of different thresholds.</summary>
    public int Levels => _confidence.Length;

    /// <summary>
    /// Area under the curve: the mean over k = 1 … N of the error among the k most confident images (Geifman, Uziel and El-Yaniv, Bias-reduced uncertainty
    /// estimation for deep neural classifiers, 2019). 0 is perfect. Errors of equally confident images are spread evenly over them. Null without images.
    /// </summary>
    public double? Area
    {
        get
        {
            double area = 0;
            for (int level = 0; level < Levels; level++)
            {
                int before = level == 0 ? 0 : _answered[level - 1], wrong = level == 0 ? 0 : _errors[level - 1];
                int images = _answered[level] - before, errors = _errors[level] - wrong;
                for (int j = 1; j <= images; j++)
                    area += (wrong + (double)errors * j / images) / (before + j);
            }
            return Count == 0 ? null : area / Count;
        }
    }

    /// <summary>A level, 0-based, from the most confident images to all of them: its threshold, the images at or above it and the errors among them.</summary>
    public (double Threshold, int Answered, int Errors) this[int level] => (_confidence[level], _answered[level], _errors[level]);

    /// <summary>The first level that answers at least so many images, at most <see cref="Count"/>; there must be one.</summary>
    public int LevelOf(double answers)
    {
        int level = Array.BinarySearch(_answered, Math.Min((int)Math.Ceiling(answers), Count));
        return level < 0 ? ~level : level;
    }

    /// <summary>At most <paramref name="points"/> points (answered share, error among answers), evenly spaced, for a chart.</summary>
    public IReadOnlyList<(double Coverage, double Risk)> Points(int points)
    {
        List<(double, double)> line = [];
        for (int i = 1; i <= points && Levels > 0; i++)
        {
            int level = LevelOf((double)Count * i / points);
            (double, double) point = ((double)_answered[level] / Count, (double)_errors[level] / _answered[level]);
            if (line.Count == 0 || line[^1] != point)
                line.Add(point);
        }
        return line;
    }
}
