using System.Buffers;
using System.Runtime.CompilerServices;
using SkinClassifier.Common;
using SkinClassifier.Execution;

namespace SkinClassifier.Distributed;

/// <summary>
/// The processes that mpirun or srun started, over the C library of Open MPI 4. One group per process; when the last one has called <see cref="Dispose"/> all
/// go on. A process that ends without it ends all others: MPI's launcher sees to that.
/// </summary>
/// <example><code>
/// using MpiProcessGroup group = MpiProcessGroup.Start();
/// ImageClassificationModel model = new ImageClassificationTrainer(new() { ProcessGroup = group, BatchSize = 32, FineTuneEpoch = 10 }).Fit(data);
/// if (group.Rank == 0)
///     model.Save("model.zip");
/// </code></example>
public sealed unsafe class MpiProcessGroup : IProcessGroup, IDisposable
{
    private readonly MpiLibrary? _library;
    private readonly Queue<(nint Request, byte[] Data)> _sending = new();
    private readonly Dictionary<int, Stack<byte[]>> _spare = [];
    private readonly List<(nint Request, MemoryHandle Pin)> _broadcasts = [];
    private bool _ended;

    private MpiProcessGroup(MpiLibrary? library, int rank, int size, string version) => (_library, Rank, Size, Version) = (library, rank, size, version);

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Name and version of the library, in its own words.</summary>
    public string Version { get; }

    /// <summary>Whether mpirun or srun started this process; false: it trains alone.</summary>
    public bool IsLaunched => _library is not null;

    /// <summary>Joins the processes that mpirun or srun started. A process that neither of them started is a group of one.</summary>
    /// <exception cref="UnsupportedContentException">There is no library of Open MPI, or srun started processes that do not know of each other.</exception>
    public static MpiProcessGroup Start() => Start(MpiLibrary.FileName, Environment.GetEnvironmentVariable);

    /// <summary>As the public method, with another library and other variables.</summary>
    internal static MpiProcessGroup Start(string libraryName, Func<string, string?> variable)
    {
        MpiLibrary library = MpiLibrary.Load(libraryName);
        string version = library.Version;
        MpiProcessGroup group = new(null, 0, 1, version);
        if (MpiLauncher.IsThere(variable))
        {
            if (!library.Init())
                throw new UnsupportedContentException($"MPI: expected a library that takes calls from any thread, one at a time "
                    + $"(MPI_THREAD_SERIALIZED), received {version} without it. Use another build of Open MPI.");
            group = new(library, library.Rank(), library.Size(), version);
        }
        if (group.Size == 1 && MpiLauncher.Problem(variable) is { } problem)
            throw new UnsupportedContentException(problem);
        return group;
    }

    /// <inheritdoc/>
    public void Send(int rank, int channel, ReadOnlySpan<byte> data)
    {
        MpiLibrary library = Library();
        while (_sending.TryPeek(out (nint Request, byte[] Data) oldest) && library.IsDone(oldest.Request))
        {
            _sending.Dequeue();
            Spare(oldest.Data.Length).Push(oldest.Data);
        }
        if (!Spare(data.Length).TryPop(out byte[]? copy))
            copy = GC.AllocateUninitializedArray<byte>(data.Length, pinned: true);
        data.CopyTo(copy);
        fixed (byte* first = copy)
            _sending.Enqueue((library.Send(first, data.Length, rank, channel), copy));
    }

    /// <inheritdoc/>
    public bool TryReceive(int rank, int channel, Span<byte> data, bool wait)
    {
        MpiLibrary library = Library();
        if (!wait && !library.HasArrived(rank, channel))
            return false;
        fixed (byte* first = data)
            library.Receive(first, data.Length, rank, channel);
        return true;
    }

    /// <inheritdoc/>
    public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        if (_library is null)
        {
            own.CopyTo(all);
            return;
        }
        fixed (byte* from = own, to = all)
            _library.Gather(from == to + (nint)Rank * own.Length ? null : from, to, own.Length);
    }

    /// <inheritdoc/>
    public void StartBroadcast(int root, Memory<float> data)
    {
        if (_library is null)
            return;
        MemoryHandle pin = data.Pin();
        _broadcasts.Add((_library.Broadcast(pin.Pointer, checked(data.Length * sizeof(float)), root), pin));
    }

    /// <inheritdoc/>
    public void FinishBroadcasts()
    {
        foreach ((nint request, MemoryHandle pin) in _broadcasts)
        {
            _library!.Wait(request);
            pin.Dispose();
        }
        _broadcasts.Clear();
    }

    /// <summary>Ends all processes of the group at once, for example because this one cannot go on. It returns only where no launcher started it.</summary>
    /// <param name="exitCode">Exit code of this process; the launcher hands it on.</param>
    public void Abort(int exitCode)
    {
        if (!_ended)
            _library?.Abort(exitCode);
    }

    /// <summary>
    /// Leaves the group, after all messages have been received; waits until all processes do. After an error in this process alone call
    /// <see cref="Abort"/> before, because the others wait for it.
    /// </summary>
    public void Dispose()
    {
        if (_ended)
            return;
        _ended = true;
        foreach ((nint request, _) in _sending)
            _library!.Wait(request);
        _sending.Clear();
        _library?.End();
    }

    private MpiLibrary Library([CallerMemberName] string call = "") =>
        _library ?? throw new InvalidOperationException($"MpiProcessGroup.{call}: expected another process, there is only this one.");

    private Stack<byte[]> Spare(int length)
    {
        if (!_spare.TryGetValue(length, out Stack<byte[]>? arrays))
            _spare[length] = arrays = new Stack<byte[]>();
        return arrays;
    }
}
