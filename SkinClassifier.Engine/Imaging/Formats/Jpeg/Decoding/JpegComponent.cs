using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>One color component of a frame: its sampling, its sizes and what decoding it needs.</summary>
internal sealed unsafe class JpegComponent
{
    private readonly short[] _quantization = GC.AllocateUninitializedArray<short>(64, pinned: true);
    private short[] _coefficients = [];

    /// <summary>Identifier, as in the frame header.</summary>
    public int Id;

    /// <summary>Horizontal and vertical sampling factor, 1 … 4.</summary>
    public int H, V;

    /// <summary>Which quantization table.</summary>
    public int TableIndex;

    /// <summary>Samples of a block's row after the inverse DCT: 8, or less when the image is decoded at a reduced scale.</summary>
    public int BlockSize;

    /// <summary>Blocks per row and column that cover whole MCUs of an interleaved scan.</summary>
    public int BlocksWide, BlocksHigh;

    /// <summary>Blocks per row and column of a scan that has only this component.</summary>
    public int OwnBlocksWide, OwnBlocksHigh;

    /// <summary>Samples per row and column that belong to the image (after scaling).</summary>
    public int SampleWidth, SampleHeight;

    /// <summary>Which plane of <see cref="JpegRows"/> takes the samples.</summary>
    public int Plane;

    /// <summary>Whether upsampling by two interpolates; not at 1/8 size.</summary>
    public bool SmoothUpsampling;

    /// <summary>DC prediction.</summary>
    public int Prediction;

    /// <summary>Whether a scan has brought this component, and so fixed its quantization table.</summary>
    public bool IsScanned;

    /// <summary>Tables of the current scan.</summary>
    public HuffmanTable? Dc, Ac;

    /// <summary>Position of the lowest bit that scans have brought so far, by zigzag position; −1 when none has.</summary>
    public readonly sbyte[] Precision = new sbyte[64];

    /// <summary>Quantization steps in lane order, 16 bit, as the inverse DCT reads them.</summary>
    public short* Quantization => (short*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_quantization));

    /// <summary>All coefficients: [block row][block column][zigzag position]; empty unless <see cref="ClearCoefficients"/> was called.</summary>
    public short[] Coefficients => _coefficients;

    /// <summary>Makes room for all coefficients and sets them to 0.</summary>
    public void ClearCoefficients()
    {
        int length = checked(BlocksWide * BlocksHigh * 64);
        if (_coefficients.Length < length)
            _coefficients = GC.AllocateUninitializedArray<short>(length, pinned: true);
        _coefficients.AsSpan(0, length).Clear();
    }

    /// <summary>Lets go of coefficients that are too large to keep for the next image.</summary>
    public void Trim(int keptLength)
    {
        if (_coefficients.Length > keptLength)
            _coefficients = [];
    }

    /// <summary>Fixes the quantization table, given in zigzag order.</summary>
    public void SetQuantization(ReadOnlySpan<ushort> steps)
    {
        for (int k = 0; k < 64; k++)
            _quantization[JpegOrder.Lane[k]] = (short)steps[k];
        IsScanned = true;
    }
}
