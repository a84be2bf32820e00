using System.Numerics;
using System.Runtime.InteropServices;

namespace SkinClassifier.Audit;

/// <summary>Scalar products of rows, a tile of four by two at a time: every value that is loaded serves several products.</summary>
internal static class RowProducts
{
    /// <summary>Rows on the left of a tile.</summary>
    public const int Left = 4;

    /// <summary>Rows on the right of a tile.</summary>
    public const int Right = 2;

    /// <summary>products[2·i + j] = Σₖ rows[left[i], k] · rows[right[j], k]. Allocates nothing.</summary>
    /// <param name="rows">[N,D].</param>
    /// <param name="length">D.</param>
    /// <param name="left">Four rows.</param>
    /// <param name="right">Two rows.</param>
    /// <param name="products">[4,2].</param>
    public static void Tile(ReadOnlySpan<float> rows, int length, ReadOnlySpan<int> left, ReadOnlySpan<int> right, Span<float> products)
    {
        ref float a0 = ref Row(rows, length, left[0]), a1 = ref Row(rows, length, left[1]),
            a2 = ref Row(rows, length, left[2]), a3 = ref Row(rows, length, left[3]),
            b0 = ref Row(rows, length, right[0]), b1 = ref Row(rows, length, right[1]);
        Vector<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        int whole = length - length % Vector<float>.Count;
        // Lane l of a sum holds the products of the values k with k mod (lanes) = l; the tail is added as single values.
        for (nuint k = 0; k < (nuint)whole; k += (nuint)Vector<float>.Count)
        {
            Vector<float> y0 = Vector.LoadUnsafe(ref b0, k), y1 = Vector.LoadUnsafe(ref b1, k), x = Vector.LoadUnsafe(ref a0, k);
            s00 = Vector.FusedMultiplyAdd(x, y0, s00);
            s01 = Vector.FusedMultiplyAdd(x, y1, s01);
            x = Vector.LoadUnsafe(ref a1, k);
            s10 = Vector.FusedMultiplyAdd(x, y0, s10);
            s11 = Vector.FusedMultiplyAdd(x, y1, s11);
            x = Vector.LoadUnsafe(ref a2, k);
            s20 = Vector.FusedMultiplyAdd(x, y0, s20);
            s21 = Vector.FusedMultiplyAdd(x, y1, s21);
            x = Vector.LoadUnsafe(ref a3, k);
            s30 = Vector.FusedMultiplyAdd(x, y0, s30);
            s31 = Vector.FusedMultiplyAdd(x, y1, s31);
        }
        ReadOnlySpan<Vector<float>> sums = [s00, s01, s10, s11, s20, s21, s30, s31];
        for (int i = 0; i < Left; i++)
            for (int j = 0; j < Right; j++)
            {
                float sum = Vector.Sum(sums[i * Right + j]);
                for (int k = whole; k < length; k++)
                    sum += rows[left[i] * length + k] * rows[right[j] * length + k];
                products[i * Right + j] = sum;
            }
    }

    private static ref float Row(ReadOnlySpan<float> rows, int length, int row) => ref MemoryMarshal.GetReference(rows.Slice(row * length, length));
}
