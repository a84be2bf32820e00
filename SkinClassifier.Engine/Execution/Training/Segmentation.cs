namespace SkinClassifier.Execution.Training;

/// <summary>
/// Chooses where to cut the steps of a plan so that a step with gradient checkpointing needs little memory: for a row of budgets, a segment grows
/// until its values exceed the budget and is cut at the place where least has to be kept; the best of these is improved by moving and leaving out single cuts.
/// </summary>
internal static class Segmentation
{
    private const int MaxParts = 40, Reach = 6, Rounds = 3;
    private const double WorthIt = 0.9;

    /// <summary>Steps at which segments begin; none when that would save less than a tenth.</summary>
    public static IReadOnlyList<int> Choose(StepUses uses)
    {
        long[] crossing = uses.Crossing();
        long total = 0;
        for (int step = uses.FirstTraining; step < uses.Count; step++)
            total += uses.Made(step);
        long whole = uses.Schedule([]).Peak(), best = long.MaxValue;
        List<int> cuts = [];
        for (int parts = 2; parts <= MaxParts; parts++)
        {
            List<int> tried = Cut(uses, crossing, total / parts);
            if (Peak(tried) is long peak && peak < best)
                (cuts, best) = (tried, peak);
        }
        for (int round = 0; round < Rounds && Improve(); round++)
        {
        }
        return best < WorthIt * whole ? cuts : [];

        long Peak(List<int> tried) => uses.Schedule(tried).Peak();

        bool Improve()
        {
            long before = best;
            for (int i = 0; i < cuts.Count; i++)
            {
                int low = i == 0 ? uses.FirstTraining : cuts[i - 1] + 1, high = i + 1 < cuts.Count ? cuts[i + 1] - 1 : uses.Count - 1;
                Try([.. cuts[..i], .. cuts[(i + 1)..]]);
                for (int place = Math.Max(low, cuts[Math.Min(i, cuts.Count - 1)] - Reach), last = Math.Min(high, place + 2 * Reach);
                    place <= last && i < cuts.Count; place++)
                    Try([.. cuts[..i], place, .. cuts[(i + 1)..]]);
            }
            return best < before;
        }

        void Try(List<int> tried)
        {
            if (tried.Zip(tried.Skip(1)).All(p => p.First < p.Second) && Peak(tried) is long peak && peak < best)
                (cuts, best) = (tried, peak);
        }
    }

    private static List<int> Cut(StepUses uses, long[] crossing, long budget)
    {
        // Frozen steps in front have nothing to run again.
        List<int> cuts = uses.FirstTraining > 0 ? [uses.FirstTraining] : [];
        int start = uses.FirstTraining;
        long inside = 0;
        for (int step = start; step < uses.Count; step++)
        {
            inside += uses.Made(step);
            if (inside <= budget)
                continue;
            int at = step;
            for (int place = step; place > start; place--)
                if (crossing[place] < crossing[at])
                    at = place;
            if (at == start)
                continue;
            cuts.Add(start = at);
            inside = 0;
            for (int made = at; made <= step; made++)
                inside += uses.Made(made);
        }
        return cuts;
    }
}
