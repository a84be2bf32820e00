using System.Runtime.InteropServices;

namespace SkinClassifier.Execution.Layout;

/// <summary>Floats outside the garbage collector's reach, zero at first, on a 64-byte border; many of them on large pages where the system has some.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private float* _pointer;

    /// <summary>Reserves room for <paramref name="length"/> floats.</summary>
    public NativeBuffer(long length)
    {
        Length = length;
        nuint bytes = checked((nuint)Math.Max(length, 1) * sizeof(float));
        bool isLarge = bytes >= LargePages.Worthwhile;
        _pointer = (float*)NativeMemory.AlignedAlloc(bytes, isLarge ? LargePages.Size : 64);
        if (isLarge)
            LargePages.Ask(_pointer, bytes);
        NativeMemory.Clear(_pointer, bytes);
    }

    /// <summary>Frees memory that was not disposed.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Number of floats.</summary>
    public long Length { get; }

    /// <summary>The first float.</summary>
    public float* Pointer => _pointer;

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
