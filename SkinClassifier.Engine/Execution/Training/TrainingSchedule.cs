using SkinClassifier.Execution.Layout;
using SkinClassifier.Execution.Training.Steps;

namespace SkinClassifier.Execution.Training;

/// <summary>A step in a backward pass: its backward part, or its forward part once more.</summary>
internal readonly record struct BackwardRun(TrainingStep Step, bool Again);

/// <summary>
/// When a tensor holds what somebody will read: from <paramref name="First"/> to <paramref name="Last"/>, and once more from
/// <paramref name="AgainFirst"/> to <paramref name="AgainLast"/> when it is computed again. Points in time are counted from the first
/// step of the forward pass to the last run of the backward pass.
/// </summary>
internal readonly record struct TensorLifetime(BlockedTensor Tensor, int First, int Last, int AgainFirst = int.MaxValue, int AgainLast = -1)
{
    /// <summary>Whether both hold something at the same time.</summary>
    public bool Meets(in TensorLifetime other) =>
        Meet(First, Last, other.First, other.Last) || Meet(AgainFirst, AgainLast, other.First, other.Last)
        || Meet(First, Last, other.AgainFirst, other.AgainLast) || Meet(AgainFirst, AgainLast, other.AgainFirst, other.AgainLast);

    private static bool Meet(int first, int last, int otherFirst, int otherLast) => first <= otherLast && otherFirst <= last;
}

/// <summary>The order of a backward pass, and when which tensor is alive in a whole step.</summary>
/// <param name="steps">Steps of the forward pass, each one point in time.</param>
/// <param name="backward">Runs of the backward pass.</param>
/// <param name="lifetimes">Every stored value and gradient.</param>
internal sealed class TrainingSchedule(int steps, BackwardRun[] backward, TensorLifetime[] lifetimes)
{
    /// <summary>What <see cref="TrainingPlan.Backward"/> runs.</summary>
    public BackwardRun[] Backward => backward;

    /// <summary>Every stored value and gradient.</summary>
    public TensorLifetime[] Lifetimes => lifetimes;

    /// <summary>Floats alive at the worst point in time; no placement can need less.</summary>
    public long Peak()
    {
        long[] change = new long[steps + backward.Length + 1];
        foreach (TensorLifetime lifetime in lifetimes)
        {
            Add(lifetime.First, lifetime.Last, lifetime.Tensor.Length);
            if (lifetime.AgainLast >= 0)
                Add(lifetime.AgainFirst, lifetime.AgainLast, lifetime.Tensor.Length);
        }
        long alive = 0, peak = 0;
        foreach (long difference in change)
            peak = Math.Max(peak, alive += difference);
        return peak;

        void Add(int first, int last, long length)
        {
            change[first] += length;
            change[last + 1] -= length;
        }
    }

    /// <summary>Gives every tensor its place in one piece of memory.</summary>
    public unsafe NativeBuffer Allocate()
    {
        IEnumerable<int> order = Enumerable.Range(0, lifetimes.Length).OrderByDescending(i => lifetimes[i].Tensor.Length).ThenBy(i => lifetimes[i].First);
        MemoryPlan memory = MemoryPlan.Place([.. lifetimes.Select(l => l.Tensor.Length)], order, (a, b) => lifetimes[a].Meets(lifetimes[b]));
        NativeBuffer arena = new(memory.Length);
        for (int i = 0; i < lifetimes.Length; i++)
            lifetimes[i].Tensor.Buffer.Pointer = arena.Pointer + memory.Offsets[i];
        return arena;
    }
}
