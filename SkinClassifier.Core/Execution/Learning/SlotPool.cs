namespace SkinClassifier.Execution.Learning;

/// <summary>Slots of memory that are free at some point of a plan; the smallest that fits is taken, else the largest grows.</summary>
internal sealed class SlotPool
{
    private readonly List<SharedSlot> _free = [], _all = [];

    /// <summary>All slots ever taken.</summary>
    public IReadOnlyList<SharedSlot> All => _all;

    /// <summary>A slot for <paramref name="length"/> floats.</summary>
    public SharedSlot Take(long length)
    {
        SharedSlot? slot = _free.Where(s => s.Length >= length).MinBy(s => s.Length) ?? _free.MaxBy(s => s.Length);
        if (slot is null)
            _all.Add(slot = new SharedSlot());
        _free.Remove(slot);
        slot.Length = Math.Max(slot.Length, length);
        return slot;
    }

    /// <summary>The slot may be taken again.</summary>
    public void Return(SharedSlot slot) => _free.Add(slot);
}
