namespace SkinClassifier.Execution.Learning;

/// <summary>
/// Memory for values that only the forward pass needs, those of frozen layers: a value's memory is used again behind its last reader.
/// A value that a backward pass reads keeps memory of its own.
/// </summary>
internal static class PassingValues
{
    /// <summary>Gives every passing value of <paramref name="stages"/> its memory.</summary>
    public static void Share(IReadOnlyList<TrainingStage> stages)
    {
        SlotPool slots = new();
        Dictionary<BlockedValue, int> last = [];
        HashSet<BlockedValue> kept = [];
        for (int i = 0; i < stages.Count; i++)
            if (stages[i] is BlockedStage stage)
                foreach (BlockedValue value in stage.Reads)
                {
                    last[value] = i;
                    if (value.NeedsGradient || stage.NeedsBackward)
                        kept.Add(value);
                }
        for (int i = 0; i < stages.Count; i++)
        {
            if (stages[i] is not BlockedStage stage)
                continue;
            if (stage.Makes is { NeedsGradient: false } made && last.ContainsKey(made) && !kept.Contains(made))
                made.Stored.Slot = slots.Take(made.Shape.Length);
            foreach (BlockedValue value in stage.Reads.Distinct())
                if (last[value] == i && !kept.Contains(value))
                    slots.Return(value.Stored.Slot);
        }
    }
}
