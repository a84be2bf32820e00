namespace SkinClassifier.Common;

/// <summary>Work cut into chunks that may run in any order on any thread; chunk borders must not depend on the thread count.</summary>
public interface IChunkedWork
{
    /// <summary>Does chunk <paramref name="chunk"/>, 0-based.</summary>
    void Run(int chunk);
}

/// <summary>
/// Runs chunked work on a fixed number of threads. The caller works too. Results are the same for any thread count
/// as long as a chunk writes only what is its own; sums over chunks are added afterwards in chunk order.
/// </summary>
public sealed class WorkerPool
{
    /// <summary>Creates a pool. <paramref name="threads"/>: 1 to 1024; 0 means all processors.</summary>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
    }

    /// <summary>A pool over all processors, shared by everyone who does not ask for a thread count.</summary>
    public static WorkerPool Shared { get; } = new();

    /// <summary>How many threads work at the same time, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Runs <paramref name="work"/> for chunks 0 … <paramref name="chunks"/> − 1 and returns when all are done. The first exception of a chunk is thrown again here.</summary>
    public void Run(int chunks, IChunkedWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Run(chunks, work.Run);
    }

    /// <inheritdoc cref="Run(int, IChunkedWork)"/>
    public void Run(int chunks, Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (Threads == 1 || chunks <= 1)
        {
            for (int i = 0; i < chunks; i++)
                work(i);
            return;
        }
        Parallel.For(0, chunks, new ParallelOptions { MaxDegreeOfParallelism = Threads }, work);
    }
}
