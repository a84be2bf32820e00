namespace SkinClassifier.Tests;

/// <summary>Measures what code allocates once it is warm.</summary>
internal static class AllocatedBytes
{
    private const int Rounds = 40;

    /// <summary>
    /// Bytes that <paramref name="count"/> turns of <paramref name="work"/> allocate on this thread, after warming up. The runtime replaces its
    /// first, unoptimized code in the background, and that code boxes values which the final one keeps in registers; so rounds are repeated until one
    /// allocates nothing, at most 40 times.
    /// </summary>
    public static long Of(int count, Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            if (round > 0)
                Thread.Sleep(50);
            least = Math.Min(least, Measure(count, work));
        }
        return least;
    }

    private static long Measure(int count, Action work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
            work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
