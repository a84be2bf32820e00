namespace SkinClassifier.Execution;

/// <summary>
/// The processes that train one network together, each on its own images of every batch. All calls are made by one thread of a process at a time, and the
/// processes make them in the same order. `SkinClassifier.Distributed` has one on MPI.
/// </summary>
public interface IProcessGroup
{
    /// <summary>Number of this process, from 0 to <see cref="Size"/> − 1.</summary>
    int Rank { get; }

    /// <summary>Number of processes, 1 or more.</summary>
    int Size { get; }

    /// <summary>Sends bytes to another process. They are copied; the call does not wait for the receiver.</summary>
    /// <param name="rank">The receiver.</param>
    /// <param name="channel">0 or 1; messages of one channel arrive in the order in which they were sent.</param>
    /// <param name="data">The bytes.</param>
    void Send(int rank, int channel, ReadOnlySpan<byte> data);

    /// <summary>Receives the next message of another process.</summary>
    /// <param name="rank">The sender.</param>
    /// <param name="channel">0 or 1, as it was sent.</param>
    /// <param name="data">Receives the bytes; exactly as long as the message.</param>
    /// <param name="wait">Whether to wait for the message.</param>
    /// <returns>False when it has not arrived and <paramref name="wait"/> is false.</returns>
    bool TryReceive(int rank, int channel, Span<byte> data, bool wait);

    /// <summary>Gives every process the bytes of all, in the order of their ranks.</summary>
    /// <param name="own">Bytes of this process; as many in each. They may be their own part of <paramref name="all"/>.</param>
    /// <param name="all">Receives <see cref="Size"/> times as many.</param>
    void Gather(ReadOnlySpan<byte> own, Span<byte> all);

    /// <summary>Begins to give every process the numbers of one. <see cref="FinishBroadcasts"/> must follow before they are read or changed.</summary>
    /// <param name="root">Whose numbers they are.</param>
    /// <param name="data">The numbers, or in the other processes what receives them.</param>
    void StartBroadcast(int root, Memory<float> data);

    /// <summary>Waits until all broadcasts that were begun are done.</summary>
    void FinishBroadcasts();
}
