namespace SkinClassifier.Execution.Layout;

/// <summary>Memory of a plan: its length is known first, its place when all lifetimes are known.</summary>
internal sealed unsafe class PlanBuffer(long length)
{
    /// <summary>Floats.</summary>
    public long Length { get; } = length;

    /// <summary>The first step that uses it; −1 before any does.</summary>
    public int First { get; private set; } = -1;

    /// <summary>The last step that uses it.</summary>
    public int Last { get; private set; } = -1;

    /// <summary>Where it starts, on a cache line; null until the plan is complete. The graph's own input moves from run to run.</summary>
    public float* Pointer { get; set; }

    /// <summary>Its place in the plan's memory, for operators that work on managed memory.</summary>
    public Memory<float> Memory { get; private set; }

    /// <summary>Whether it has memory of its own.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>Gives it its place in <paramref name="arena"/>.</summary>
    public void Place(PinnedFloats arena, long offset)
    {
        Pointer = arena.Pointer + offset;
        Memory = arena.Memory.Slice((int)offset, (int)Length);
    }

    /// <summary>Gives it memory of its own.</summary>
    public void Fix(PinnedFloats memory)
    {
        Place(memory, 0);
        IsFixed = true;
    }

    /// <summary>Notes that step <paramref name="step"/> uses it.</summary>
    public void Use(int step)
    {
        if (First < 0)
            First = step;
        Last = Math.Max(Last, step);
    }
}
