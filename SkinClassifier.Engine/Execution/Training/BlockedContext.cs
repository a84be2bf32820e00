using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>What the blocked steps of one plan share: threads, kernels, scratch memory.</summary>
internal sealed unsafe class BlockedContext(WorkerPool workers, GradientKernels kernels, IProcessGroup? group = null) : IDisposable
{
    private long _scratchLength;
    private NativeBuffer? _scratch, _partials;
    private readonly TurnedJob _back = new();
    private bool _isBack;

    /// <summary>Threads.</summary>
    public WorkerPool Workers { get; } = workers;

    /// <summary>Instruction set.</summary>
    public GradientKernels Kernels { get; } = kernels;

    /// <summary>Sums over images that other processes have a share of; null: there are none.</summary>
    public SumChain? Chain { get; } = group is null ? null : new SumChain(group, workers);

    /// <summary>Processes that share a batch.</summary>
    public int Processes => Chain?.Group.Size ?? 1;

    /// <summary>At least as many zeros as any step has output channels.</summary>
    public NativeBuffer Zeros { get; private set; } = new(1);

    /// <summary>Floats of the partial sums of the step that needs most.</summary>
    public long PartialsLength { get; private set; }

    /// <summary>
    /// Runs chunks that follow the images of the batch, every second time from where the last run ended back to where it began: what was touched last is still
    /// in the cache. The pool's threads go from both ends to the middle, so this time they go from the middle to both ends.
    /// </summary>
    public void RunImages(int chunks, WorkerIndexedJob job)
    {
        _back.Turn(job, chunks, Workers.Threads > 1 ? chunks / 2 : chunks);
        _isBack = !_isBack;
        Workers.Run(chunks, _isBack ? _back : (IWorkerIndexedWork)job);
    }

    /// <summary>Asks for scratch floats per thread, for partial sums and for zeros.</summary>
    public void Reserve(long scratch, long partials, long zeros)
    {
        _scratchLength = Math.Max(_scratchLength, (scratch + 15) / 16 * 16);
        PartialsLength = Math.Max(PartialsLength, partials);
        if (zeros > Zeros.Length)
        {
            Zeros.Dispose();
            Zeros = new NativeBuffer(zeros);
        }
    }

    /// <summary>Scratch of one thread.</summary>
    public float* Scratch(int workerIndex) => _scratch!.Pointer + workerIndex * _scratchLength;

    /// <summary>Partial sums of the step that runs now.</summary>
    public float* Partials => _partials!.Pointer;

    /// <summary>Room for the gradients of a step that sums over slices; null where one process has all images, or <paramref name="wanted"/> is false.</summary>
    public SliceSums? MakeSums(bool wanted, int slices, long length) => wanted && Chain is not null ? new SliceSums(slices, checked((int)length)) : null;

    /// <summary>Makes the memory, when every step has asked.</summary>
    public void Allocate()
    {
        _scratch = new NativeBuffer(_scratchLength * Workers.Threads);
        _partials = new NativeBuffer(PartialsLength);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Zeros.Dispose();
        _scratch?.Dispose();
        _partials?.Dispose();
    }
}

/// <summary>Another job's chunks, the part before a middle and the part from there on each from their ends to their beginnings.</summary>
internal sealed class TurnedJob : IWorkerIndexedWork
{
    private WorkerIndexedJob? _job;
    private int _chunks, _middle;

    /// <summary>Sets what to do.</summary>
    public void Turn(WorkerIndexedJob job, int chunks, int middle) => (_job, _chunks, _middle) = (job, chunks, middle);

    /// <inheritdoc/>
    public void Run(int chunk, int workerIndex) => _job!.Run(chunk < _middle ? _middle - 1 - chunk : _middle + _chunks - 1 - chunk, workerIndex);
}

/// <summary>Chunked work that is a method: made once, run every step.</summary>
internal sealed class WorkerIndexedJob(Action<int, int> body) : IWorkerIndexedWork
{
    /// <inheritdoc/>
    public void Run(int chunk, int workerIndex) => body(chunk, workerIndex);
}
