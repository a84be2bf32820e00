namespace SkinClassifier.Metrics;

/// <summary>
/// The examples in ascending order of their score for one class (one class against the rest), with the borders between different scores.
/// Sorted once; any weights can then be summed in one pass.
/// </summary>
internal sealed class RankedScores
{
    private readonly int[] _order;
    private readonly bool[] _startsBlock;
    private readonly int _label;

    public RankedScores(float[] scores, int classes, int label)
    {
        _label = label;
        int count = scores.Length / classes;
        float[] keys = new float[count];
        _order = new int[count];
        for (int i = 0; i < count; i++)
        {
            keys[i] = scores[i * classes + label];
            _order[i] = i;
        }
        Array.Sort(keys, _order);
        _startsBlock = new bool[count];
        for (int i = 0; i < count; i++)
            _startsBlock[i] = i == 0 || keys[i] != keys[i - 1];
    }

    /// <summary>
    /// Area under the ROC curve = P(score of a positive &gt; score of a negative) + ½ P(equal). Null without a positive or without a negative.
    /// </summary>
    public double? AreaUnderRoc(ScoredExamples examples)
    {
        double area = 0, negativesBelow = 0, positives = 0, negativesHere = 0, positivesHere = 0;
        ReadOnlySpan<int> actual = examples.Actual;
        for (int i = 0; i < _order.Length; i++)
        {
            if (_startsBlock[i])
            {
                area += positivesHere * (negativesBelow + 0.5 * negativesHere);
                negativesBelow += negativesHere;
                positives += positivesHere;
                negativesHere = positivesHere = 0;
            }
            int example = _order[i], weight = examples.Weight(example);
            if (actual[example] == _label)
                positivesHere += weight;
            else
                negativesHere += weight;
        }
        area += positivesHere * (negativesBelow + 0.5 * negativesHere);
        negativesBelow += negativesHere;
        positives += positivesHere;
        return positives > 0 && negativesBelow > 0 ? area / (positives * negativesBelow) : null;
    }

    /// <summary>Average precision = Σ (Rₙ − Rₙ₋₁) Pₙ over the different scores from high to low, without interpolation. Null without a positive.</summary>
    public double? AveragePrecision(ScoredExamples examples)
    {
        double total = 0, right = 0, sum = 0, gained = 0;
        ReadOnlySpan<int> actual = examples.Actual;
        for (int i = _order.Length - 1; i >= 0; i--)
        {
            int example = _order[i], weight = examples.Weight(example);
            total += weight;
            if (actual[example] == _label)
                gained += weight;
            if (!_startsBlock[i] || total == 0)
                continue;
            right += gained;
            sum += gained * (right / total);
            gained = 0;
        }
        return right > 0 ? sum / right : null;
    }

    /// <summary>The ROC curve from (0,0) to (1,1), thinned to about 200 points; empty where the area is undefined.</summary>
    public List<(double FalseAlarms, double Hits)> RocPoints(ScoredExamples examples)
    {
        const double smallestStep = 0.01;
        double positives = 0, negatives = 0, hits = 0, alarms = 0;
        for (int i = 0; i < _order.Length; i++)
            if (examples.Actual[_order[i]] == _label)
                positives += examples.Weight(_order[i]);
            else
                negatives += examples.Weight(_order[i]);
        if (positives == 0 || negatives == 0)
            return [];
        List<(double FalseAlarms, double Hits)> points = [(0, 0)];
        for (int i = _order.Length - 1; i >= 0; i--)
        {
            if (examples.Actual[_order[i]] == _label)
                hits += examples.Weight(_order[i]);
            else
                alarms += examples.Weight(_order[i]);
            (double x, double y) = (alarms / negatives, hits / positives);
            if (_startsBlock[i] && (i == 0 || x - points[^1].FalseAlarms + y - points[^1].Hits >= smallestStep))
                points.Add((x, y));
        }
        return points;
    }

    /// <summary>What every threshold gives.</summary>
    public ThresholdCurve Curve(ScoredExamples examples)
    {
        List<float> thresholds = [float.NaN];
        List<double> hits = [0], alarms = [0];
        double hit = 0, alarm = 0, before = 0;
        for (int i = _order.Length - 1; i >= 0; i--)
        {
            int example = _order[i], weight = examples.Weight(example);
            if (examples.Actual[example] == _label)
                hit += weight;
            else
                alarm += weight;
            if (!_startsBlock[i] || hit + alarm == before)
                continue;
            thresholds.Add(examples.Scores(example)[_label]);
            hits.Add(hit);
            alarms.Add(alarm);
            before = hit + alarm;
        }
        return new ThresholdCurve(thresholds, hits, alarms);
    }
}
