using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// Orders of the 64 coefficients of a block. "Zigzag" is the order of the file, "natural" is row · 8 + column, and "lane" is what the
/// inverse DCT reads: four vectors of 16, vector p holding the row pair p of (0,4), (2,6), (1,7), (3,5); inside a vector
/// the columns come in the order 0, 4, 2, 6, 1, 7, 3, 5, each as (first row of the pair, second row of the pair).
/// </summary>
internal static class JpegOrder
{
    /// <summary>Natural index of zigzag position k (T.81, metric A.6).</summary>
    public static ReadOnlySpan<byte> Natural =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    /// <summary>Index in a lane-ordered block that takes what does not belong to it: coefficients past the last one.</summary>
    public const int Overflow = 64;

    /// <summary>Length of <see cref="Lane"/>: any zigzag position that a symbol can reach, see <see cref="HuffmanTable.EndOfBlock"/>.</summary>
    private const int LaneLength = 256;

    private static readonly byte[] LaneTable = MakeLane();

    /// <summary>Lane index of zigzag position k; <see cref="Overflow"/> for 64 ≤ k &lt; 256.</summary>
    public static ReadOnlySpan<byte> Lane => LaneTable;

    /// <summary>Lane index of row <paramref name="row"/>, column <paramref name="column"/>.</summary>
    public static int LaneIndex(int row, int column)
    {
        ReadOnlySpan<byte> pair = [0, 2, 1, 3, 0, 3, 1, 2], second = [0, 0, 0, 0, 1, 1, 1, 1], lane = [0, 4, 2, 6, 1, 7, 3, 5];
        return pair[row] * 16 + lane[column] * 2 + second[row];
    }

    /// <summary>Fixed address of <see cref="Lane"/>.</summary>
    public static unsafe byte* LanePointer => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(LaneTable));

    private static byte[] MakeLane()
    {
        byte[] table = GC.AllocateUninitializedArray<byte>(LaneLength, pinned: true);
        table.AsSpan().Fill(Overflow);
        for (int k = 0; k < 64; k++)
            table[k] = (byte)LaneIndex(Natural[k] >> 3, Natural[k] & 7);
        return table;
    }
}
