using SkinClassifier.Execution.Layout;
using SkinClassifier.Kernels;

namespace SkinClassifier.Execution.Training;

/// <summary>
/// Partial sums of a normalized value's gradient, Σ d and Σ d · (z − mean) per channel, taken by the step that writes the gradient last,
/// while both are in cache. Parts are fixed pieces of the value; they are added in order.
/// </summary>
internal sealed unsafe class GradientSums(BlockedValue value, int parts) : IDisposable
{
    private readonly NativeBuffer _sums = new((long)parts * value.Stored.Blocks * 32);

    /// <summary>Number of parts.</summary>
    public int Parts => parts;

    /// <summary>16 sums and 16 sums of products of one part and block.</summary>
    public float* At(int part, int block) => _sums.Pointer + ((nint)part * value.Stored.Blocks + block) * 32;

    /// <summary>Takes <paramref name="count"/> pixels of one block that make up a part or, with <paramref name="first"/> false, its next pixels.</summary>
    public void Take(GradientKernels kernels, int part, int image, int block, int pixel, nint count, bool first)
    {
        float* sums = At(part, block);
        if (first)
            new Span<float>(sums, 32).Clear();
        ValueMap map = value.Map!;
        kernels.GradientSums(value.Stored.At(image, block) + (nint)pixel * 16, value.Gradient!.At(image, block) + (nint)pixel * 16, count,
            map.Block(block), map.Mean + block * 16, sums);
    }

    /// <inheritdoc/>
    public void Dispose() => _sums.Dispose();
}
