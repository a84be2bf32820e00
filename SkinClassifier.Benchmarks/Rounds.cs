namespace SkinClassifier.Benchmarks;

/// <summary>What the rounds of one side measured.</summary>
internal sealed class Rounds
{
    private readonly List<double> _medians = [];

    public bool Any => _medians.Count > 0;

    public double Best { get; private set; }

    public double Median => _medians.Order().ElementAt(_medians.Count / 2);

    public void Add(double median, double best)
    {
        _medians.Add(median);
        Best = Math.Max(Best, best);
    }

    public void Add((double Median, double Best) round) => Add(round.Median, round.Best);
}
