using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>The running statistics that forward passes of a plan move, and a copy of them, for passes that must leave no trace.</summary>
internal sealed class RunningStatistics
{
    private readonly Parameter[] _statistics;
    private readonly float[][] _noted;

    /// <summary>Makes room for the copy; <see cref="Note"/> fills it.</summary>
    public RunningStatistics(TrainingPlan plan)
    {
        _statistics = [.. plan.Parameters.Where(p => p.IsRunningStatistic)];
        _noted = [.. _statistics.Select(p => new float[p.Value.Length])];
    }

    /// <summary>Number of tensors.</summary>
    public int Count => _statistics.Length;

    /// <summary>Copies the present values.</summary>
    public void Note()
    {
        for (int i = 0; i < _statistics.Length; i++)
            _statistics[i].Value.CopyTo(_noted[i]);
    }

    /// <summary>Puts back what was noted last.</summary>
    public void PutBack()
    {
        for (int i = 0; i < _statistics.Length; i++)
            _noted[i].CopyTo(_statistics[i].Value);
    }
}
