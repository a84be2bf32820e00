using System.Globalization;

namespace SkinClassifier.Trainers.Search;

/// <summary>One step of a learning rate range test.</summary>
/// <param name="LearningRate">Rate of the step.</param>
/// <param name="Loss">Training loss, smoothed over the steps before.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss);

/// <summary>Result of a learning rate range test: how the loss moves while the rate grows from step to step.</summary>
public sealed class LearningRateCurve
{
    private const double Smoothing = 0.9, Divergence = 4;
    private readonly List<LearningRatePoint> _points = [];
    private double _average;

    /// <summary>What trained: "head", "fine-tune" or "scratch"; empty for a curve without a run.</summary>
    public string Phase { get; internal init; } = "";

    /// <summary>The point with the lowest smoothed loss; not-a-number without points.</summary>
    public LearningRatePoint Lowest => _points.Count == 0 ? new LearningRatePoint(double.NaN, double.NaN) : _points.MinBy(p => p.Loss);

    /// <summary>Why <see cref="Suggestion"/> is what it is, in a sentence.</summary>
    public string Explanation => _points.Count == 0 ? "The loss was no number at the first step; start from a lower rate."
        : _points.Count < 5 ? $"Only {_points.Count} steps had a loss that is a number; start from a lower rate."
        : string.Create(CultureInfo.InvariantCulture,
            $"At {Suggestion:0.0e+0} the loss falls fastest; it is lowest at {Lowest.LearningRate:0.0e+0} ({Lowest.Loss:0.000}) and "
                + $"{(HasDiverged ? $"has grown to {Divergence:0} times that by {_points[^1].LearningRate:0.0e+0}"
                    : $"stays below {Divergence:0} times that up to {_points[^1].LearningRate:0.0e+0}")}. Take it as the highest rate of a one-cycle "
                + $"or cosine loop.");

    /// <summary>The steps, rates rising.</summary>
    public IReadOnlyList<LearningRatePoint> Points => _points;

    /// <summary>Whether the loss has grown to four times its lowest value, or is no number: larger rates are pointless.</summary>
    public bool HasDiverged { get; private set; }

    /// <summary>
    /// The rate at which the smoothed loss falls fastest against the logarithm of the rate, before its minimum (Smith, Cyclical Training Rates, 2017).
    /// With fewer than five steps: the first rate.
    /// </summary>
    public double Suggestion
    {
        get
        {
            int lowest = 0;
            for (int i = 1; i < _points.Count; i++)
                if (_points[i].Loss < _points[lowest].Loss)
                    lowest = i;
            int best = 0;
            double steepest = 0;
            for (int i = 2; i <= Math.Min(lowest, _points.Count - 3); i++)
            {
                double slope = (_points[i + 2].Loss - _points[i - 2].Loss) / Math.Log(_points[i + 2].LearningRate / _points[i - 2].LearningRate);
                if (slope < steepest)
                    (steepest, best) = (slope, i);
            }
            return _points.Count == 0 ? double.NaN : _points[best].LearningRate;
        }
    }

    /// <summary>Takes the next step.</summary>
    internal void Add(double rate, double loss)
    {
        if (!double.IsFinite(loss))
        {
            HasDiverged = true;
            return;
        }
        _average = Smoothing * _average + (1 - Smoothing) * loss;
        double smooth = _average / (1 - Math.Pow(Smoothing, _points.Count + 1));
        _points.Add(new LearningRatePoint(rate, smooth));
        HasDiverged = _points.Count > 10 && smooth > Divergence * _points.Min(p => p.Loss);
    }
}
