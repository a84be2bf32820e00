namespace SkinClassifier.Prediction;

/// <summary>
/// Threads for predictions of pools, as many as predict at the same time; each ends after half a minute without work. A prediction keeps a processor busy
/// for long: on the thread pool's few threads it would hold up everything short, such as reading and answering other requests.
/// </summary>
internal sealed class PredictionThreads : TaskScheduler
{
    private const int IdleMilliseconds = 30_000;
    private readonly Queue<Task> _tasks = [];
    private readonly object _gate = new();
    private int _idle;

    private PredictionThreads() { }

    /// <summary>The threads of all pools; each pool bounds its own share.</summary>
    public static PredictionThreads Shared { get; } = new();

    /// <summary>Runs <paramref name="work"/> on one of the threads.</summary>
    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _tasks.Enqueue(task);
            if (_tasks.Count <= _idle)
            {
                Monitor.Pulse(_gate);
                return;
            }
        }
        new Thread(Serve) { IsBackground = true, Name = "SkinClassifier prediction" }.Start();
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate)
            return [.. _tasks];
    }

    private void Serve()
    {
        while (Next() is { } task)
            TryExecuteTask(task);
    }

    private Task? Next()
    {
        lock (_gate)
        {
            while (_tasks.Count == 0)
            {
                _idle++;
                bool woken = Monitor.Wait(_gate, IdleMilliseconds);
                _idle--;
                if (!woken && _tasks.Count == 0)
                    return null;
            }
            return _tasks.Dequeue();
        }
    }
}
