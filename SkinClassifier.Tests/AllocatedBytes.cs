namespace SkinClassifier.Tests;

/// <summary>Measures what code allocates once it is warm.</summary>
internal static class AllocatedBytes
{
    private const int Rounds = 40;

    /// <summary>
    /// Bytes that <paramref name="count"/> turns of <paramref name="work"/> allocate on this thread, after warming up. The runtime replaces its first, unoptimised code in the
    /// background, and that code boxes values which the final one keeps in registers; so rounds are repeated until one allocates nothing, at most 40 times.
    /// </summary>
    public static long Of(int count, Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            if (round > 0)
                Thread.Sleep(50);
            least = Math.Min(least, Measure(count, work, GC.GetAllocatedBytesForCurrentThread));
        }
        return least;
    }

    /// <summary>
    /// The same for all threads of the process together, least of some rounds. The test host allocates some hundred bytes itself now and then;
    /// an object per turn would be at least 24 bytes · <paramref name="count"/>.
    /// </summary>
    public static long OfAllThreads(int count, Action work)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least >= ObjectPerTurn(count); round++)
            least = Math.Min(least, Measure(count, work, () => GC.GetTotalAllocatedBytes(precise: true)));
        return least;
    }

    /// <summary>The least that one object per turn takes.</summary>
    public static long ObjectPerTurn(int count) => 24L * count;

    private static long Measure(int count, Action work, Func<long> allocated)
    {
        long before = allocated();
        for (int i = 0; i < count; i++)
            work();
        return allocated() - before;
    }
}
