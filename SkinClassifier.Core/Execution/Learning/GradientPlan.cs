namespace SkinClassifier.Execution.Learning;

/// <summary>Gives gradients their memory in backward order; memory is used again when the producer of a value has read its gradient.</summary>
internal sealed class GradientPlan
{
    private readonly SlotPool _slots = new();

    /// <summary>Claims the right to write the gradient of <paramref name="value"/>; false: it is the first write, true: it must add.</summary>
    public bool Claim(BlockedValue value)
    {
        if (value.Gradient is not null)
            return true;
        value.Gradient = new StoredTensor(value.Shape, _slots.Take(value.Shape.Length));
        return false;
    }

    /// <summary>Says that nobody reads the gradient of <paramref name="value"/> any more.</summary>
    public void Release(BlockedValue value)
    {
        if (value.Gradient is not null)
            _slots.Return(value.Gradient.Slot);
    }

    /// <summary>All memory handed out.</summary>
    public IReadOnlyList<SharedSlot> Slots => _slots.All;
}
