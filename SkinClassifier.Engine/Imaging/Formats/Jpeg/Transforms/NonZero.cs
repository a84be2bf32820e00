using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Finds the coefficients of a block that are not 0.</summary>
internal static unsafe class NonZero
{
    /// <summary>Bit k is set where coefficient k of 64 is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(short* block)
    {
        if (Vector512.IsHardwareAccelerated)
            return ~(Vector512.Equals(Vector512.Load(block), Vector512<short>.Zero).ExtractMostSignificantBits()
                | Vector512.Equals(Vector512.Load(block + 32), Vector512<short>.Zero).ExtractMostSignificantBits() << 32);
        if (Vector256.IsHardwareAccelerated)
            return ~(ZeroMask(block) | (ulong)ZeroMask(block + 32) << 32);
        ulong mask = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            for (int i = 0; i < 64; i += 16)
                mask |= (ulong)Vector128.Equals(
                    Vector128.NarrowWithSaturation(Vector128.Load(block + i), Vector128.Load(block + i + 8)),
                    Vector128<sbyte>.Zero).ExtractMostSignificantBits() << i;
            return ~mask;
        }
        for (int i = 0; i < 64; i++)
            mask |= block[i] != 0 ? 1UL << i : 0;
        return mask;
    }

    // Narrowing works on values that stay non-zero when they saturate.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ZeroMask(short* values) =>
        Vector256.Equals(Vector256.NarrowWithSaturation(Vector256.Load(values), Vector256.Load(values + 16)), Vector256<sbyte>.Zero)
            .ExtractMostSignificantBits();
}
