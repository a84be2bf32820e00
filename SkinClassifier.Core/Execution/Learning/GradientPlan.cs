namespace SkinClassifier.Execution.Learning;

/// <summary>Gives gradients their memory in backward order; memory is used again when the producer of a value has read its gradient.</summary>
internal sealed class GradientPlan
{
    private readonly List<SharedSlot> _free = [], _all = [];

    /// <summary>Claims the right to write the gradient of <paramref name="value"/>; false: it is the first write, true: it must add.</summary>
    public bool Claim(BlockedValue value)
    {
        if (value.Gradient is not null)
            return true;
        SharedSlot? slot = _free.Where(s => s.Length >= value.Shape.Length).MinBy(s => s.Length) ?? _free.MaxBy(s => s.Length);
        if (slot is null)
            _all.Add(slot = new SharedSlot());
        _free.Remove(slot);
        slot.Length = Math.Max(slot.Length, value.Shape.Length);
        value.Gradient = new StoredTensor(value.Shape, slot);
        return false;
    }

    /// <summary>Says that nobody reads the gradient of <paramref name="value"/> any more.</summary>
    public void Release(BlockedValue value)
    {
        if (value.Gradient is not null)
            _free.Add(value.Gradient.Slot);
    }

    /// <summary>All memory handed out.</summary>
    public IReadOnlyList<SharedSlot> Slots => _all;
}
