using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>What the blocked steps of one plan share: threads, kernels, scratch memory.</summary>
internal sealed unsafe class BlockedContext(WorkerPool workers, GradientKernels kernels) : IDisposable
{
    private long _scratchLength;
    private NativeBuffer? _scratch, _partials;

    /// <summary>Threads.</summary>
    public WorkerPool Workers { get; } = workers;

    /// <summary>Instruction set.</summary>
    public GradientKernels Kernels { get; } = kernels;

    /// <summary>At least as many zeros as any step has output channels.</summary>
    public NativeBuffer Zeros { get; private set; } = new(1);

    /// <summary>Floats of the partial sums of the step that needs most.</summary>
    public long PartialsLength { get; private set; }

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

/// <summary>Chunked work that is a method: made once, run every step.</summary>
internal sealed class WorkerIndexedJob(Action<int, int> body) : IWorkerIndexedWork
{
    /// <inheritdoc/>
    public void Run(int chunk, int workerIndex) => body(chunk, workerIndex);
}
