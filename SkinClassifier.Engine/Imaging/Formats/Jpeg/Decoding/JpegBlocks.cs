using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>The block that is being worked on, in lane order unless said otherwise; all 0 between blocks.</summary>
internal sealed unsafe class JpegBlocks
{
    private readonly short[] _block = GC.AllocateArray<short>(128, pinned: true);
    private readonly byte[] _zigzag = GC.AllocateUninitializedArray<byte>(256, pinned: true);

    public JpegBlocks()
    {
        _zigzag.AsSpan().Fill(JpegOrder.Overflow);
        for (int k = 0; k < 64; k++)
            _zigzag[k] = (byte)k;
    }

    /// <summary>64 coefficients, then a place for overflow.</summary>
    public short* Current => (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_block));

    /// <summary>Order that leaves coefficients where they are in the file.</summary>
    public byte* ZigzagOrder => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_zigzag));

    /// <summary>Writes the samples of the current block and clears it.</summary>
    public void Transform(JpegComponent component, byte* target, nint stride, int last)
    {
        short* block = Current;
        if (component.BlockSize == 8)
            InverseDct.Run(block, component.Quantization, target, stride, last);
        else
            ScaledInverseDct.Run(block, component.Quantization, target, stride, component.BlockSize);
        if (last == 0)
            *block = 0;
        else
            Clear(block);
    }

    /// <summary>Writes the samples of a stored block, which stays as it is.</summary>
    public void TransformZigzag(JpegComponent component, short* stored, byte* target, nint stride)
    {
        ulong filled = NonZero.Mask(stored);
        short* block = Current;
        byte* lanes = JpegOrder.LanePointer;
        for (ulong rest = filled; rest != 0; rest &= rest - 1)
        {
            int k = BitOperations.TrailingZeroCount(rest);
            block[lanes[k]] = stored[k];
        }
        Transform(component, target, stride, filled == 0 ? 0 : BitOperations.Log2(filled));
    }

    /// <summary>Copies the current block and clears it.</summary>
    public void MoveTo(short* stored)
    {
        short* block = Current;
        Unsafe.CopyBlockUnaligned(stored, block, 128);
        Clear(block);
    }

    private static void Clear(short* block) => new Span<short>(block, 64).Clear();
}
