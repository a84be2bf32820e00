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
        List<(int Step, bool Again)> runs = [];
        for (int segment = borders.Length - 2; segment >= 0; segment--)
        {
            runs.AddRange(Again(borders[segment], borders[segment + 1], forgotten).Select(step => (step, true)));
            for (int step = borders[segment + 1] - 1; step >= borders[segment]; step--)
                if (_steps[step].NeedsBackward)
                    runs.Add((step, false));
        }
        return Schedule(runs);
    }

    /// <summary>The schedule that keeps all values but those of <paramref name="again"/>: these steps run once more right before their value is read.</summary>
    public TrainingSchedule Schedule(IReadOnlySet<int> again)
    {
        List<(int Step, bool Again)> runs = [];
        HashSet<int> made = [];
        for (int step = Count - 1; step >= 0; step--)
            if (_steps[step].NeedsBackward)
            {
                foreach (int value in _needs[step])
                    Make(_producers[value]);
                runs.Add((step, false));
            }
        return Schedule(runs);

        void Make(int step)
        {
            if (!again.Contains(step) || !made.Add(step))
                return;
            foreach (int value in _reads[step])
                Make(_producers[value]);
            runs.Add((step, true));
        }
    }

    /// <summary>Cheap steps whose values the backward pass reads (<see cref="BlockedTrainingStep.IsCheap"/>).</summary>
    public IReadOnlySet<int> Cheap() => _needs.SelectMany(n => n).Select(v => _producers[v])
        .Where(s => _steps[s] is BlockedTrainingStep { IsCheap: true }).ToHashSet();

    private TrainingSchedule Schedule(List<(int Step, bool Again)> runs)
    {
        int[] backwardAt = new int[Count];
        for (int run = 0; run < runs.Count; run++)
            if (!runs[run].Again)
                backwardAt[runs[run].Step] = Count + run;
        int end = Count + runs.Count - 1;
        TensorLifetime[] lifetimes =
        [
            .. ValueLifetimes(runs),
            .. _gradients.Gradients.Select(g => new TensorLifetime(g.Value.Gradient!, backwardAt[g.Claimed], g.Released < 0 ? end : backwardAt[g.Released])),
        ];
        return new TrainingSchedule(Count, [.. runs.Select(r => new BackwardRun(_steps[r.Step], r.Again))], lifetimes);
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

    private TensorLifetime[] ValueLifetimes(List<(int Step, bool Again)> runs)
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
            (int step, bool again) = runs[run];
            int time = Count + run;
            foreach (int value in again ? _reads[step] : _needs[step])
                lifetimes[value] = lifetimes[value].AgainLast >= 0 ? lifetimes[value] with { AgainLast = time } : lifetimes[value] with { Last = time };
            if (again)
                lifetimes[_makes[step]] = lifetimes[_makes[step]] with { AgainFirst = time, AgainLast = time };
        }
        return lifetimes;
    }
}
