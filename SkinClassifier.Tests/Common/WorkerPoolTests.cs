using SkinClassifier.Common;

namespace SkinClassifier.Tests.Common;

[CancelAfter(60_000)]
public sealed class WorkerPoolTests
{
    private sealed class Count(int chunks) : IChunkedWork, IWorkerIndexedWork
    {
        public readonly int[] Runs = new int[chunks];
        private readonly int[] _busy = new int[16];

        public void Run(int chunk) => Interlocked.Increment(ref Runs[chunk]);

        public void Run(int chunk, int workerIndex)
        {
            if (Interlocked.Increment(ref _busy[workerIndex]) != 1)
                throw new InvalidOperationException("two chunks with one worker index");
            Thread.SpinWait(20);
            Run(chunk);
            Interlocked.Decrement(ref _busy[workerIndex]);
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(7)]
    public void Every_chunk_runs_once_in_every_run(int threads)
    {
        WorkerPool pool = new(threads);
        foreach (int chunks in new[] { 0, 1, 2, 3, 50 })
        {
            Count work = new(chunks);
            for (int run = 0; run < 200; run++)
                pool.Run(chunks, (IChunkedWork)work);
            pool.Run(chunks, (IWorkerIndexedWork)work);
            pool.Run(chunks, chunk => work.Run(chunk));
            Assert.That(work.Runs, Is.All.EqualTo(202));
        }
    }

    [Test]
    public void Several_threads_work_at_the_same_time()
    {
        WorkerPool pool = new(3);
        using Barrier all = new(3);
        int met = 0;
        pool.Run(3, _ =>
        {
            if (all.SignalAndWait(30_000))
                Interlocked.Increment(ref met);
        });
        Assert.That(met, Is.EqualTo(3));
    }

    [Test]
    public void Nested_runs_and_several_callers_finish()
    {
        WorkerPool pool = new(3);
        long total = 0;
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int run = 0; run < 50; run++)
                pool.Run(5, _ => pool.Run(4, _ => pool.Run(3, _ => Interlocked.Increment(ref total))));
        }))];
        foreach (Thread caller in callers)
            caller.Start();
        foreach (Thread caller in callers)
            caller.Join();
        Assert.That(total, Is.EqualTo(4 * 50 * 5 * 4 * 3));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void An_exception_of_a_chunk_comes_back_and_the_pool_goes_on(int threads)
    {
        WorkerPool pool = new(threads);
        for (int run = 0; run < 50; run++)
        {
            Assert.That(() => pool.Run(20, chunk => { if (chunk == 13) throw new FormatException("chunk 13"); }),
                Throws.TypeOf<FormatException>().With.Message.EqualTo("chunk 13"));
            Count work = new(20);
            pool.Run(20, (IChunkedWork)work);
            Assert.That(work.Runs, Is.All.EqualTo(1));
        }
    }

    [Test]
    public void A_run_allocates_nothing()
    {
        WorkerPool pool = new(2);
        Count work = new(8);
        for (int i = 0; i < 100; i++)
            pool.Run(8, (IChunkedWork)work);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            pool.Run(8, (IChunkedWork)work);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Workers_that_slept_wake_up_again()
    {
        WorkerPool pool = new(2);
        for (int i = 0; i < 5; i++)
        {
            Count work = new(100);
            pool.Run(100, (IWorkerIndexedWork)work);
            Assert.That(work.Runs, Is.All.EqualTo(1));
            Thread.Sleep(20);
        }
    }

    [Test]
    public void Thread_counts_outside_1_to_1024_are_refused()
    {
        Assert.That(() => new WorkerPool(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new WorkerPool(1025), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(new WorkerPool().Threads, Is.EqualTo(Environment.ProcessorCount));
    }
}
