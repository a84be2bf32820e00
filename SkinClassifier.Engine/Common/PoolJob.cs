namespace SkinClassifier.Common;

/// <summary>
/// One run of a <see cref="WorkerPool"/>. Every claim is one step of one counter; the caller takes chunks from the low end and
/// workers from the high end, so that a thread keeps to its part of the data from run to run. A job is used again
/// only after caller and workers have all left it.
/// </summary>
internal sealed class PoolJob
{
    private const int SpinsBeforeSleep = 1500;

    private object _work = "";
    private int _chunks, _claimed, _high, _done, _members, _errorChunk;

    /// <summary>The exception of the lowest failing chunk that ran, or null.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Starts a new run; the caller is a member.</summary>
    public void Open(object work, int chunks)
    {
        _work = work;
        _chunks = chunks;
        _claimed = 0;
        _high = chunks;
        _done = 0;
        _members = 1;
        _errorChunk = int.MaxValue;
        Error = null;
    }

    /// <summary>Makes a worker a member when chunks are left. Called under the pool's lock, while the job is listed.</summary>
    public bool TryJoin()
    {
        if (Volatile.Read(ref _claimed) >= _chunks)
            return false;
        Interlocked.Increment(ref _members);
        return true;
    }

    /// <summary>Ends one membership; true for the last member.</summary>
    public bool Leave()
    {
        if (Interlocked.Decrement(ref _members) > 0)
            return false;
        _work = "";
        return true;
    }

    /// <summary>Takes chunks from the low end until none is left.</summary>
    public void WorkAsCaller()
    {
        for (int low = 0; Interlocked.Increment(ref _claimed) <= _chunks; low++)
            RunChunk(low, 0);
    }

    /// <summary>Takes chunks from the high end until none is left.</summary>
    public void WorkAsWorker(int workerIndex)
    {
        while (Interlocked.Increment(ref _claimed) <= _chunks)
            RunChunk(Interlocked.Decrement(ref _high), workerIndex);
    }

    /// <summary>Waits for chunks that workers have claimed.</summary>
    public void WaitUntilDone()
    {
        for (int i = 0; i < SpinsBeforeSleep && Volatile.Read(ref _done) < _chunks; i++)
            Thread.SpinWait(1);
        if (Volatile.Read(ref _done) == _chunks)
            return;
        lock (this)
            while (Volatile.Read(ref _done) < _chunks)
                Monitor.Wait(this);
    }

    private void RunChunk(int chunk, int workerIndex)
    {
        try
        {
            if (Error is null)
                switch (_work)
                {
                    case IChunkedWork work: work.Run(chunk); break;
                    case IWorkerIndexedWork work: work.Run(chunk, workerIndex); break;
                    case Action<int> work: work(chunk); break;
                }
        }
        catch (Exception error)
        {
            lock (this)
                if (chunk < _errorChunk)
                    (_errorChunk, Error) = (chunk, error);
        }
        if (Interlocked.Increment(ref _done) == _chunks)
            lock (this)
                Monitor.PulseAll(this);
    }
}
