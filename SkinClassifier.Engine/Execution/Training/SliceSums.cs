using System.Numerics.Tensors;
using SkinClassifier.Common;
using SkinClassifier.Execution.Layout;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Gradients of one step where several processes share a batch: those of this process's slices, kept until the sum over earlier slices arrives, and that sum.
/// </summary>
internal sealed unsafe class SliceSums(int slices, int length) : IDisposable, IChunkedWork
{
    private const int Chunk = 16 * 1024;

    private readonly NativeBuffer _slices = new((long)slices * length);
    private readonly float[] _values = GC.AllocateArray<float>(length, pinned: true);

    /// <summary>The first slice; the others follow without gaps.</summary>
    public float* Slices => _slices.Pointer;

    /// <summary>The sum so far.</summary>
    public Memory<float> Values => _values;

    /// <summary>The first number of <see cref="Values"/>, which do not move.</summary>
    public float* First => (float*)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_values, 0);

    /// <summary>Adds the slices one after the other.</summary>
    public void AddSlices(WorkerPool workers) => workers.Run((length + Chunk - 1) / Chunk, this);

    /// <inheritdoc/>
    public void Dispose() => _slices.Dispose();

    void IChunkedWork.Run(int chunk)
    {
        int first = chunk * Chunk, count = Math.Min(Chunk, length - first);
        Span<float> sum = _values.AsSpan(first, count);
        for (int slice = 0; slice < slices; slice++)
            TensorPrimitives.Add(sum, new ReadOnlySpan<float>(Slices + (nint)slice * length + first, count), sum);
    }
}
