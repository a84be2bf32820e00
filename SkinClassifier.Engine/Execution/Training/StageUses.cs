namespace SkinClassifier.Execution.Training;

/// <summary>
/// Which blocked values the stages of a plan make and read, forward and backward, and what follows for memory: a value lives from its
/// producer to its last reader. When the stages are cut into segments, only values that cross a border live so long; the others are
/// forgotten, and computed again right before the backward pass of their segment (Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016).
/// </summary>
internal sealed class StageUses
{
    private readonly IReadOnlyList<TrainingStage> _stages;
    private readonly GradientPlan _gradients;
    private readonly List<BlockedValue> _values = [];
    private readonly List<int> _producers = [];
    private readonly int[] _makes;
    private readonly int[][] _reads, _needs;

    public StageUses(IReadOnlyList<TrainingStage> stages, GradientPlan gradients)
    {
        (_stages, _gradients) = (stages, gradients);
        _makes = new int[stages.Count];
        _reads = new int[stages.Count][];
        _needs = new int[stages.Count][];
        Dictionary<BlockedValue, int> places = [];
        for (int i = 0; i < stages.Count; i++)
        {
            BlockedStage? stage = stages[i] as BlockedStage;
            (_makes[i], _reads[i]) = (-1, stage is null ? [] : [.. stage.Reads.Distinct().Select(v => places[v])]);
            if (stage?.Makes is { } made)
            {
                _makes[i] = places[made] = _values.Count;
                _values.Add(made);
                _producers.Add(i);
            }
            _needs[i] = stage is null || !stage.NeedsBackward ? []
                : [.. (stage.Makes is { Map: not null } mapped ? stage.BackwardReads.Append(mapped) : stage.BackwardReads).Distinct().Select(v => places[v])];
        }
        FirstTraining = Math.Max(stages.ToList().FindIndex(s => s.NeedsBackward), 0);
    }

    /// <summary>Number of stages.</summary>
    public int Count => _stages.Count;

    /// <summary>The first stage with a backward part.</summary>
    public int FirstTraining { get; }

    /// <summary>Floats that stage <paramref name="stage"/> makes.</summary>
    public long Made(int stage) => _makes[stage] < 0 ? 0 : _values[_makes[stage]].Shape.Length;

    /// <summary>For every stage the floats that are made before it and read by it or behind it: what a border there has to keep.</summary>
    public long[] Crossing()
    {
        long[] crossing = new long[Count + 1];
        int[] last = new int[_values.Count];
        for (int i = 0; i < Count; i++)
            foreach (int value in _reads[i])
                last[value] = i;
        for (int value = 0; value < last.Length; value++)
            for (int i = _producers[value] + 1; i <= last[value]; i++)
                crossing[i] += _values[value].Shape.Length;
        return crossing;
    }

    /// <summary>
    /// The schedule with segments that begin at stage 0 and at each of <paramref name="cuts"/>, in ascending order; the last segment is never run
    /// again.
    /// </summary>
    public TrainingSchedule Schedule(IReadOnlyList<int> cuts)
    {
        int[] borders = [0, .. cuts, Count];
        bool[] forgotten = Forgotten(borders);
        List<BackwardRun> runs = [];
        List<int> runStages = [];
        int[] backwardAt = new int[Count];
        for (int segment = borders.Length - 2; segment >= 0; segment--)
        {
            foreach (int stage in Again(borders[segment], borders[segment + 1], forgotten))
                Add(stage, true);
            for (int stage = borders[segment + 1] - 1; stage >= borders[segment]; stage--)
                if (_stages[stage].NeedsBackward)
                {
                    backwardAt[stage] = Count + runs.Count;
                    Add(stage, false);
                }
        }
        int end = Count + runs.Count - 1;
        TensorLifetime[] lifetimes =
        [
            .. ValueLifetimes(runs, runStages),
            .. _gradients.Gradients.Select(g => new TensorLifetime(g.Value.Gradient!, backwardAt[g.Claimed], g.Released < 0 ? end : backwardAt[g.Released])),
        ];
        return new TrainingSchedule(Count, [.. runs], lifetimes);

        void Add(int stage, bool again)
        {
            runs.Add(new BackwardRun(_stages[stage], again));
            runStages.Add(stage);
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

    /// <summary>The stages of a segment that make what its backward pass needs and what was not kept, in forward order.</summary>
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

    private TensorLifetime[] ValueLifetimes(List<BackwardRun> runs, List<int> runStages)
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
            int time = Count + run, stage = runStages[run];
            foreach (int value in runs[run].Again ? _reads[stage] : _needs[stage])
                lifetimes[value] = lifetimes[value].AgainLast >= 0 ? lifetimes[value] with { AgainLast = time } : lifetimes[value] with { Last = time };
            if (runs[run].Again)
                lifetimes[_makes[stage]] = lifetimes[_makes[stage]] with { AgainFirst = time, AgainLast = time };
        }
        return lifetimes;
    }
}
