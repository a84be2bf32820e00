using System.Runtime.InteropServices;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Distributed;

/// <summary>
/// The functions of Open MPI's C library that are used here, found by name when they are needed. Handles such as MPI_COMM_WORLD are addresses of exported
/// variables in Open MPI; other implementations have numbers instead, and other file names. Source: MPI 3.1, and mpi.h of Open MPI 4.1.
/// </summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>File name of the library of Open MPI 3 and 4.</summary>
    public const string FileName = "libmpi.so.40";

    private const int ThreadsOneAtATime = 2, VersionLength = 256;

    private readonly nint _library;
    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _initThread;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<nint, int*, int> _commRank, _commSize;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> _isend;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, void*, int> _recv;
    private readonly delegate* unmanaged<int, int, nint, int*, void*, int> _iprobe;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int> _allgather;
    private readonly delegate* unmanaged<void*, int, nint, int, nint, nint*, int> _ibcast;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged<nint*, void*, int> _wait;
    private readonly delegate* unmanaged<byte*, int*, int> _libraryVersion;
    private readonly nint _world, _byte;

    private MpiLibrary(nint library)
    {
        _library = library;
        _initThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        _finalize = (delegate* unmanaged<int>)Export("MPI_Finalize");
        _abort = (delegate* unmanaged<nint, int, int>)Export("MPI_Abort");
        _commRank = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank");
        _commSize = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size");
        _isend = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Export("MPI_Isend");
        _recv = (delegate* unmanaged<void*, int, nint, int, int, nint, void*, int>)Export("MPI_Recv");
        _iprobe = (delegate* unmanaged<int, int, nint, int*, void*, int>)Export("MPI_Iprobe");
        _allgather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, int>)Export("MPI_Allgather");
        _ibcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Export("MPI_Ibcast");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)Export("MPI_Test");
        _wait = (delegate* unmanaged<nint*, void*, int>)Export("MPI_Wait");
        _libraryVersion = (delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version");
        _world = Export("ompi_mpi_comm_world");
        _byte = Export("ompi_mpi_byte");
    }

    /// <summary>Finds the library and its functions.</summary>
    /// <param name="name">A file name that the system looks up, or a path.</param>
    /// <exception cref="UnsupportedContentException">There is no such library, or it is not Open MPI's.</exception>
    public static MpiLibrary Load(string name = FileName)
    {
        if (!NativeLibrary.TryLoad(name, out nint library))
            throw new UnsupportedContentException($"MPI: expected Open MPI's library {name} where the system looks for libraries, found none. Install "
                + "Open MPI 4 (Debian and Ubuntu: apt-get install openmpi-bin), load its module, or add its folder to LD_LIBRARY_PATH.");
        try
        {
            return new MpiLibrary(library);
        }
        catch (EntryPointNotFoundException error)
        {
            throw new UnsupportedContentException(
                $"MPI: {name}: expected the library of Open MPI 4, which has '{error.Message}', received another one.", error);
        }
    }

    /// <summary>Name and version, in its own words.</summary>
    public string Version
    {
        get
        {
            byte* text = stackalloc byte[VersionLength];
            int length = 0;
            _libraryVersion(text, &length);
            return Encoding.UTF8.GetString(text, Math.Clamp(length, 0, VersionLength)).TrimEnd('\0', ' ');
        }
    }

    /// <summary>Joins the processes; false when this copy of the library takes calls of one thread only.</summary>
    public bool Init()
    {
        int provided = 0;
        Check(_initThread(null, null, ThreadsOneAtATime, &provided), "MPI_Init_thread");
        return provided >= ThreadsOneAtATime;
    }

    /// <summary>Leaves; waits until all do.</summary>
    public void End() => Check(_finalize(), "MPI_Finalize");

    /// <summary>Ends all processes at once.</summary>
    public void Abort(int code) => _abort(_world, code);

    /// <summary>Number of this process.</summary>
    public int Rank()
    {
        int rank = 0;
        Check(_commRank(_world, &rank), "MPI_Comm_rank");
        return rank;
    }

    /// <summary>Number of processes.</summary>
    public int Size()
    {
        int size = 0;
        Check(_commSize(_world, &size), "MPI_Comm_size");
        return size;
    }

    /// <summary>Begins to send; the bytes must stay until the request is done.</summary>
    public nint Send(void* data, int length, int rank, int tag)
    {
        nint request = 0;
        Check(_isend(data, length, _byte, rank, tag, _world, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Waits for a message.</summary>
    public void Receive(void* data, int length, int rank, int tag) => Check(_recv(data, length, _byte, rank, tag, _world, null), "MPI_Recv");

    /// <summary>Whether a message is there.</summary>
    public bool HasArrived(int rank, int tag)
    {
        int arrived = 0;
        Check(_iprobe(rank, tag, _world, &arrived, null), "MPI_Iprobe");
        return arrived != 0;
    }

    /// <summary>Gives all processes the bytes of all; <paramref name="own"/> null: they lie in <paramref name="all"/> already.</summary>
    public void Gather(void* own, void* all, int length) =>
        // MPI_IN_PLACE is the address 1.
        Check(_allgather(own is null ? (void*)1 : own, own is null ? 0 : length, _byte, all, length, _byte, _world), "MPI_Allgather");

    /// <summary>Begins to give all processes the bytes of one.</summary>
    public nint Broadcast(void* data, int length, int root)
    {
        nint request = 0;
        Check(_ibcast(data, length, _byte, root, _world, &request), "MPI_Ibcast");
        return request;
    }

    /// <summary>Whether a request is done.</summary>
    public bool IsDone(nint request)
    {
        int done = 0;
        Check(_test(&request, &done, null), "MPI_Test");
        return done != 0;
    }

    /// <summary>Waits for a request.</summary>
    public void Wait(nint request) => Check(_wait(&request, null), "MPI_Wait");

    private static void Check(int code, string function)
    {
        if (code != 0)
            throw new IOException($"{function}: expected 0, received error {code}. Another process may have ended.");
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out nint address) ? address : throw new EntryPointNotFoundException(name);
}
