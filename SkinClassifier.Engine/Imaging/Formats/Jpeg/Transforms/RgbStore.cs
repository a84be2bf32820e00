using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Interleaves red, green and blue vectors in memory.</summary>
internal static unsafe class RgbStore
{
    // Byte i of 48 comes from color i mod 3, pixel i / 3; 255 leaves room for the other colors.
    private static ReadOnlySpan<byte> Masks =>
    [
        0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255, 5,
        255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255, 255,
        255, 255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255,
        255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10, 255,
        5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255, 10,
        255, 5, 255, 255, 6, 255, 255, 7, 255, 255, 8, 255, 255, 9, 255, 255,
        255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255, 255,
        255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15, 255,
        10, 255, 255, 11, 255, 255, 12, 255, 255, 13, 255, 255, 14, 255, 255, 15,
    ];

    /// <summary>48 bytes of 16 pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> red, Vector128<byte> green, Vector128<byte> blue, byte* target)
    {
        for (int part = 0; part < 3; part++)
            (Vector128.Shuffle(red, Vector128.Create(Masks.Slice(part * 48, 16)))
                | Vector128.Shuffle(green, Vector128.Create(Masks.Slice(part * 48 + 16, 16)))
                | Vector128.Shuffle(blue, Vector128.Create(Masks.Slice(part * 48 + 32, 16)))).Store(target + part * 16);
    }

    /// <summary>96 bytes of 32 pixels: both 128 bit halves are shuffled alike, the low half has pixels 0–15.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<byte> red, Vector256<byte> green, Vector256<byte> blue, byte* target)
    {
        Vector256<byte> first = Part(red, green, blue, 0), second = Part(red, green, blue, 1), third = Part(red, green, blue, 2);
        first.GetLower().Store(target);
        second.GetLower().Store(target + 16);
        third.GetLower().Store(target + 32);
        first.GetUpper().Store(target + 48);
        second.GetUpper().Store(target + 64);
        third.GetUpper().Store(target + 80);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Part(Vector256<byte> red, Vector256<byte> green, Vector256<byte> blue, int part) =>
        Avx2.Shuffle(red, Mask(part, 0)) | Avx2.Shuffle(green, Mask(part, 1)) | Avx2.Shuffle(blue, Mask(part, 2));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Mask(int part, int color) =>
        Vector256.Create(Vector128.LoadUnsafe(ref System.Runtime.InteropServices.MemoryMarshal.GetReference(Masks), (nuint)(part * 48 + color * 16)));
}
