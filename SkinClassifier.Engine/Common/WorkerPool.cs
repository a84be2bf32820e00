namespace SkinClassifier.Common;

/// <summary>Work cut into chunks that may run in any order on any thread; chunk borders must not depend on the thread count.</summary>
internal interface IChunkedWork
{
    /// <summary>Does chunk <paramref name="chunk"/>, 0-based.</summary>
    void Run(int chunk);
}

/// <summary>Chunked work that needs scratch memory per thread: no two chunks with the same workerIndex run at the same time.</summary>
internal interface IWorkerIndexedWork
{
    /// <summary>
    /// Does chunk <paramref name="chunk"/>; <paramref name="workerIndex"/> is 0 … <see cref="WorkerPool.Threads"/> − 1. What is written must not
    /// depend on the workerIndex.
    /// </summary>
    void Run(int chunk, int workerIndex);
}

/// <summary>
/// Runs chunked work on a fixed number of threads. The caller works too. Results are the same for any thread count
/// as long as a chunk writes only what is its own; sums over chunks are added afterwards in chunk order.
/// Any number of callers may use one pool at the same time, and a chunk may call the pool again. Nothing is allocated per run.
/// Background threads start with the first run that can use them and end after half a minute without work.
/// </summary>
public sealed class WorkerPool
{
    private const int SpinsBeforeSleep = 1500, IdleMilliseconds = 30_000;

    private readonly object _gate = new();
    private readonly List<PoolJob> _open = [], _spare = [];
    private readonly bool[] _slots;
    private int _sleeping;
    private volatile int _published;

    /// <summary>Creates a pool. <paramref name="threads"/>: 1 to 1024; 0 means all processors.</summary>
    public WorkerPool(int threads = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        Threads = threads == 0 ? Math.Min(Environment.ProcessorCount, 1024) : threads;
        _slots = new bool[Threads];
    }

    /// <summary>A pool over all processors, shared by everyone who does not ask for a thread count.</summary>
    public static WorkerPool Shared { get; } = new();

    /// <summary>How many threads work on one run at the same time, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Runs <paramref name="work"/> for chunks 0 … <paramref name="chunks"/> − 1 and returns when all are done. The first exception of a chunk is
    /// thrown again here.
    /// </summary>
    internal void Run(int chunks, IChunkedWork work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (Threads == 1 || chunks <= 1)
            for (int i = 0; i < chunks; i++)
                work.Run(i);
        else
            RunShared(chunks, work);
    }

    /// <inheritdoc cref="Run(int, IChunkedWork)"/>
    internal void Run(int chunks, Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (Threads == 1 || chunks <= 1)
            for (int i = 0; i < chunks; i++)
                work(i);
        else
            RunShared(chunks, work);
    }

    /// <inheritdoc cref="Run(int, IChunkedWork)"/>
    internal void Run(int chunks, IWorkerIndexedWork work)
    {
        if (Threads == 1 || chunks <= 1)
            for (int i = 0; i < chunks; i++)
                work.Run(i, 0);
        else
            RunShared(chunks, work);
    }

    private void RunShared(int chunks, object work)
    {
        PoolJob job;
        lock (_gate)
        {
            StartWorkers();
            if (_spare.Count == 0)
                AddSpareJobs();
            job = _spare[^1];
            _spare.RemoveAt(_spare.Count - 1);
            job.Open(work, chunks);
            _open.Add(job);
            _published++;
            for (int wake = Math.Min(_sleeping, chunks - 1); wake > 0; wake--)
                Monitor.Pulse(_gate);
        }
        job.WorkAsCaller();
        lock (_gate)
            _open.Remove(job);
        job.WaitUntilDone();
        Exception? error = job.Error;
        Release(job);
        if (error is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>Enough at once: every worker may still be on its way out of an older job.</summary>
    private void AddSpareJobs()
    {
        _open.EnsureCapacity(_open.Capacity + Threads + 8);
        _spare.EnsureCapacity(_open.Capacity + Threads + 8);
        for (int i = 0; i < Threads + 8; i++)
            _spare.Add(new PoolJob());
    }

    private void StartWorkers()
    {
        for (int workerIndex = 1; workerIndex < Threads; workerIndex++)
            if (!_slots[workerIndex])
            {
                _slots[workerIndex] = true;
                int own = workerIndex;
                new Thread(() => Serve(own)) { IsBackground = true, Name = "SkinClassifier worker " + own }.Start();
            }
    }

    private void Serve(int workerIndex)
    {
        while (NextJob() is { } job)
        {
            job.WorkAsWorker(workerIndex);
            Release(job);
        }

        PoolJob? NextJob()
        {
            for (int spins = 0; ; spins++)
            {
                int seen;
                lock (_gate)
                {
                    for (int i = _open.Count - 1; i >= 0; i--)
                        if (_open[i].TryJoin())
                            return _open[i];
                    if (spins > 0)
                    {
                        _sleeping++;
                        bool woken = Monitor.Wait(_gate, IdleMilliseconds);
                        _sleeping--;
                        if (!woken && _open.Count == 0)
                        {
                            _slots[workerIndex] = false;
                            return null;
                        }
                        spins = -1;
                        continue;
                    }
                    seen = _published;
                }
                for (int i = 0; i < SpinsBeforeSleep && seen == _published; i++)
                    Thread.SpinWait(1);
                if (seen != _published)
                    spins = -1;
            }
        }
    }

    private void Release(PoolJob job)
    {
        if (job.Leave())
            lock (_gate)
                _spare.Add(job);
    }
}
