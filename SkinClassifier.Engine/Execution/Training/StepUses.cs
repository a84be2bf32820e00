using SkinClassifier.Execution.Training.Steps;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Which blocked values the steps of a plan make and read, forward and backward, and what follows for memory: a value lives from its
/// producer to its last reader. When the steps are cut into segments, only values that cross a border live so long; the others are
/// forgotten, and computed again right before the backward pass of their segment (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016).
/// </summary>
internal sealed class StepUses
{
    private readonly IReadOnlyList<TrainingStep> _steps;
    private readonly GradientPlan _gradients;
    private readonly List<BlockedValue> _values = [];
    private readonly List<int> _producers = [];
    private readonly int[] _makes;
    private readonly int[][] _reads, _needs;

    public StepUses(IReadOnlyList<TrainingStep> steps, GradientPlan gradients)
    {
        (_steps, _gradients) = (steps, gradients);
        _makes = new int[steps.Count];
        _reads = new int[steps.Count][];
        _needs = new int[steps.Count][];
        Dictionary<BlockedValue, int> places = [];
        for (int i = 0; i < steps.Count; i++)
        {
            BlockedTrainingStep? step = steps[i] as BlockedTrainingStep;
            (_makes[i], _reads[i]) = (-1, step is null ? [] : [.. step.Reads.Distinct().Select(v => places[v])]);
            if (step?.Makes is { } made)
            {
                _makes[i] = places[made] = _values.Count;
                _values.Add(made);
                _producers.Add(i);
            }
            _needs[i] = step is null || !step.NeedsBackward ? []
                : [.. (step.Makes is { Map: not null } mapped ? step.BackwardReads.Append(mapped) : step.BackwardReads).Distinct().Select(v => places[v])];
        }
        FirstTraining = Math.Max(steps.ToList().FindIndex(s => s.NeedsBackward), 0);
    }

    /// <summary>Number of steps.</summary>
    public int Count => _steps.Count;

    /// <summary>The first step with a backward part.</summary>
    public int FirstTraining { get; }

    /// <summary>Floats that step <paramref name="step"/> makes.</summary>
    public long Made(int step) => _makes[step] < 0 ? 0 : _values[_makes[step]].Stored.Length;

    /// <summary>For every step the floats that are made before it and read by it or behind it: what a border there has to keep.</summary>
    public long[] Crossing()
    {
        long[] crossing = new long[Count + 1];
        int[] last = new int[_values.Count];
        for (int i = 0; i < Count; i++)
            foreach (int value in _reads[i])
                last[value] = i;
        for (int value = 0; value < last.Length; value++)
            for (int i = _producers[value] + 1; i <= last[value]; i++)
                crossing[i] += _values[value].Stored.Length;
        return crossing;
    }

    /// <summary>
    /// The schedule with segments that begin at step 0 and at each of <paramref name="cuts"/>, in ascending order; the last segment is never run
    /// again.
    /// </summary>
    public TrainingSchedule Schedule(IReadOnlyList<int> cuts)
    {
        int[] borders = [0, .. cuts, Count];
        bool[] forgotten = Forgotten(borders);
        List<BackwardRun> runs = [];
        List<int> runSteps = [];
        int[] backwardAt = new int[Count];
        for (int segment = borders.Length - 2; segment >= 0; segment--)
        {
            foreach (int step in Again(borders[segment], borders[segment + 1], forgotten))
                Add(step, true);
            for (int step = borders[segment + 1] - 1; step >= borders[segment]; step--)
                if (_steps[step].NeedsBackward)
                {
                    backwardAt[step] = Count + runs.Count;
                    Add(step, false);
                }
        }
        int end = Count + runs.Count - 1;
        TensorLifetime[] lifetimes =
        [
            .. ValueLifetimes(runs, runSteps),
            .. _gradients.Gradients.Select(g => new TensorLifetime(g.Value.Gradient!, backwardAt[g.Claimed], g.Released < 0 ? end : backwardAt[g.Released])),
        ];
        return new TrainingSchedule(Count, [.. runs], lifetimes);

        void Add(int step, bool again)
        {
            runs.Add(new BackwardRun(_steps[step], again));
            runSteps.Add(step);
        }
    }

    /// <summary>Values that do not cross a border and are not of the last segment.</summary>
    private bool[] Forgotten(int[] borders)
    {
        int[] segments = new int[Count];
        for (int segment = 0; segment + 1 < borders.Length; segment++)
            Array.Fill(segments, segment, borders[segment], borders[segment + 1] - borders[segment]);
        bool[] forgotten = [.. _producers.Select(p => segments[p] < borders.Length - 2)];
        for (int i = 0; i < Count; i++)
            foreach (int value in _reads[i])
                forgotten[value] &= segments[_producers[value]] == segments[i];
        return forgotten;
    }

    /// <summary>The steps of a segment that make what its backward pass needs and what was not kept, in forward order.</summary>
    private List<int> Again(int from, int to, bool[] forgotten)
    {
        HashSet<int> needed = [];
        for (int i = from; i < to; i++)
            needed.UnionWith(_needs[i].Where(v => forgotten[v]));
        List<int> again = [];
        for (int i = to - 1; i >= from; i--)
            if (_makes[i] >= 0 && needed.Contains(_makes[i]))
            {
                again.Add(i);
                needed.UnionWith(_reads[i].Where(v => forgotten[v]));
            }
        again.Reverse();
        return again;
    }

    private TensorLifetime[] ValueLifetimes(List<BackwardRun> runs, List<int> runSteps)
    {
        TensorLifetime[] lifetimes = new TensorLifetime[_values.Count];
        for (int i = 0; i < Count; i++)
        {
            foreach (int value in _reads[i])
                lifetimes[value] = lifetimes[value] with { Last = i };
            if (_makes[i] >= 0)
                lifetimes[_makes[i]] = new TensorLifetime(_values[_makes[i]].Stored, i, i);
        }
        for (int run = 0; run < runs.Count; run++)
        {
            int time = Count + run, step = runSteps[run];
            foreach (int value in runs[run].Again ? _reads[step] : _needs[step])
                lifetimes[value] = lifetimes[value].AgainLast >= 0 ? lifetimes[value] with { AgainLast = time } : lifetimes[value] with { Last = time };
            if (runs[run].Again)
                lifetimes[_makes[step]] = lifetimes[_makes[step]] with { AgainFirst = time, AgainLast = time };
        }
        return lifetimes;
    }
}
