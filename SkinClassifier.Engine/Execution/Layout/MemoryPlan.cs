namespace SkinClassifier.Execution.Layout;

/// <summary>When a buffer is needed: made in step <paramref name="First"/>, read for the last time in step <paramref name="Last"/>, both included.</summary>
internal readonly record struct BufferLifetime(long Length, int First, int Last);

/// <summary>
/// Places buffers in one arena so that buffers alive in the same step never overlap. Largest first, each into the smallest
/// gap between the ones already placed that it meets in time.
/// </summary>
internal sealed class MemoryPlan
{
    /// <summary>Offsets and lengths are multiples of this many floats (one cache line).</summary>
    public const int Granule = 16;

    private MemoryPlan(long[] offsets, long length)
    {
        Offsets = offsets;
        Length = length;
    }

    /// <summary>Where each buffer starts, in floats.</summary>
    public IReadOnlyList<long> Offsets { get; }

    /// <summary>Floats that the arena needs.</summary>
    public long Length { get; }

    /// <summary>Places all <paramref name="buffers"/>.</summary>
    public static MemoryPlan Place(IReadOnlyList<BufferLifetime> buffers) =>
        Place([.. buffers.Select(b => b.Length)], Enumerable.Range(0, buffers.Count).OrderByDescending(i => buffers[i].Length).ThenBy(i => buffers[i].First),
            (a, b) => buffers[a].First <= buffers[b].Last && buffers[b].First <= buffers[a].Last);

    /// <summary>Places buffers of these lengths one after the other; those that meet in time must not overlap.</summary>
    public static MemoryPlan Place(IReadOnlyList<long> lengths, IEnumerable<int> order, Func<int, int, bool> meet)
    {
        long[] offsets = new long[lengths.Count];
        List<(long Start, long End, int Buffer)> placed = [];
        long total = 0;
        foreach (int buffer in order)
        {
            long length = (lengths[buffer] + Granule - 1) / Granule * Granule;
            long best = -1, bestGap = long.MaxValue, cursor = 0;
            foreach ((long start, long end, int other) in placed)
            {
                if (!meet(buffer, other))
                    continue;
                long gap = start - cursor;
                if (gap >= length && gap < bestGap)
                    (best, bestGap) = (cursor, gap);
                cursor = Math.Max(cursor, end);
            }
            offsets[buffer] = best < 0 ? cursor : best;
            total = Math.Max(total, offsets[buffer] + length);
            int at = placed.FindIndex(p => p.Start > offsets[buffer]);
            placed.Insert(at < 0 ? placed.Count : at, (offsets[buffer], offsets[buffer] + length, buffer));
        }
        return new MemoryPlan(offsets, total);
    }
}
