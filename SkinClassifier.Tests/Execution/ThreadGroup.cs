using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SkinClassifier.Execution;

namespace SkinClassifier.Tests.Execution;

/// <summary>A group whose processes are threads of the test.</summary>
internal sealed class ThreadGroup : IProcessGroup
{
    private const int Broadcasts = 2, Gathers = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<(int From, int To, int Channel), BlockingCollection<byte[]>> _mail;
    private readonly Queue<(int Root, Memory<float> Data)> _open = new();
    private readonly CancellationToken _failed;

    private ThreadGroup(int rank, int size, ConcurrentDictionary<(int, int, int), BlockingCollection<byte[]>> mail, CancellationToken failed) =>
        (Rank, Size, _mail, _failed) = (rank, size, mail, failed);

    public int Rank { get; }

    public int Size { get; }

    /// <summary>Bytes sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Runs <paramref name="work"/> once for each rank, all at the same time.</summary>
    public static T[] Run<T>(int size, Func<ThreadGroup, T> work)
    {
        ConcurrentDictionary<(int, int, int), BlockingCollection<byte[]>> mail = new();
        T[] results = new T[size];
        using CancellationTokenSource failed = new();
        Exception? first = null;
        Thread[] threads = [.. Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = work(new ThreadGroup(rank, size, mail, failed.Token));
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref first, error, null);
                failed.Cancel();
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        Assert.That(mail.Values, Has.All.Count.Zero, "messages without a receiver");
        return results;
    }

    public void Send(int rank, int channel, ReadOnlySpan<byte> data)
    {
        Sent += data.Length;
        Box(Rank, rank, channel).Add(data.ToArray());
    }

    public bool TryReceive(int rank, int channel, Span<byte> data, bool wait)
    {
        if (!Box(rank, Rank, channel).TryTake(out byte[]? message, wait ? (int)Limit.TotalMilliseconds : 0, _failed))
            return wait ? throw new TimeoutException($"rank {Rank} got nothing from rank {rank} on channel {channel}") : false;
        Assert.That(message, Has.Length.EqualTo(data.Length));
        message.CopyTo(data);
        return true;
    }

    public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        byte[] copy = own.ToArray();
        for (int rank = 0; rank < Size; rank++)
            Send(rank, Gathers, copy);
        for (int rank = 0; rank < Size; rank++)
            TryReceive(rank, Gathers, all.Slice(rank * copy.Length, copy.Length), wait: true);
    }

    public void StartBroadcast(int root, Memory<float> data)
    {
        if (root == Rank)
            for (int rank = 0; rank < Size; rank++)
                Send(rank, Broadcasts, MemoryMarshal.AsBytes(data.Span));
        _open.Enqueue((root, data));
    }

    public void FinishBroadcasts()
    {
        while (_open.TryDequeue(out (int Root, Memory<float> Data) next))
            TryReceive(next.Root, Broadcasts, MemoryMarshal.AsBytes(next.Data.Span), wait: true);
    }

    private BlockingCollection<byte[]> Box(int from, int to, int channel) => _mail.GetOrAdd((from, to, channel), _ => []);
}
