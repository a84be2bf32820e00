using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>
/// One row of component samples to R, G, B. YCbCr with 16 bit fractions (ITU-R BT.601, full range):
/// R = Y + 1.402 (Cr − 128), G = Y − 0.344136 (Cb − 128) − 0.714136 (Cr − 128), B = Y + 1.772 (Cb − 128), rounded and clamped.
/// CMYK is stored inverted: R = C · K / 255.
/// </summary>
internal static unsafe class ColorConversion
{
    // Constants · 2^16 of the Independent JPEG Group's library.
    internal const int RedCr = 91881, GreenCb = -22554, GreenCr = -46802, BlueCb = 116130, Half = 32768;

    /// <summary>Converts <paramref name="width"/> pixels.</summary>
    public static void ToRgb(JpegColors colors, byte** rows, byte* target, int width)
    {
        switch (colors)
        {
            case JpegColors.Gray:
                FromPlanes(rows[0], rows[0], rows[0], target, width);
                break;
            case JpegColors.YCbCr:
                FromYCbCr(rows[0], rows[1], rows[2], target, width);
                break;
            case JpegColors.Rgb:
                FromPlanes(rows[0], rows[1], rows[2], target, width);
                break;
            case JpegColors.Cmyk:
                FromPlanes(rows[0], rows[1], rows[2], target, width);
                Blacken(rows[3], target, width);
                break;
            default:
                FromYCbCr(rows[0], rows[1], rows[2], target, width);
                Invert(target, width);
                Blacken(rows[3], target, width);
                break;
        }
    }

    // The vector loops end with a vector that overlaps the one before, so that nothing beyond the row is touched.
    private static void FromPlanes(byte* red, byte* green, byte* blue, byte* target, int width)
    {
        if (Vector128.IsHardwareAccelerated && width >= 16)
        {
            for (int x = 0; x < width; x = x + 16 <= width - 16 || x + 16 == width ? x + 16 : width - 16)
                RgbStore.Store(Vector128.Load(red + x), Vector128.Load(green + x), Vector128.Load(blue + x), target + 3 * x);
            return;
        }
        for (int x = 0; x < width; x++, target += 3)
            (target[0], target[1], target[2]) = (red[x], green[x], blue[x]);
    }

    private static void FromYCbCr(byte* luma, byte* cb, byte* cr, byte* target, int width)
    {
        if (Avx2.IsSupported && width >= 32)
        {
            for (int x = 0; x < width; x = x + 32 <= width - 32 || x + 32 == width ? x + 32 : width - 32)
                ConvertAvx2(luma + x, cb + x, cr + x, target + 3 * x);
            return;
        }
        if (Vector128.IsHardwareAccelerated && width >= 16)
        {
            for (int x = 0; x < width; x = x + 16 <= width - 16 || x + 16 == width ? x + 16 : width - 16)
                if (Sse2.IsSupported)
                    ConvertSse2(luma + x, cb + x, cr + x, target + 3 * x);
                else
                    ConvertPortable(luma + x, cb + x, cr + x, target + 3 * x);
            return;
        }
        for (int x = 0; x < width; x++, target += 3)
        {
            int y = luma[x], b = cb[x] - 128, r = cr[x] - 128;
            target[0] = Clamp(y + ((RedCr * r + Half) >> 16));
            target[1] = Clamp(y + ((GreenCb * b + GreenCr * r + Half) >> 16));
            target[2] = Clamp(y + ((BlueCb * b + Half) >> 16));
        }
    }

    /// <summary>32 pixels. Bytes are unpacked within 128 bit halves (pixels 0–7, 16–23 and 8–15, 24–31), which packing undoes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ConvertAvx2(byte* luma, byte* cb, byte* cr, byte* target)
    {
        Vector256<byte> zero = Vector256<byte>.Zero, y = Vector256.Load(luma), b = Vector256.Load(cb), r = Vector256.Load(cr);
        ConvertAvx2(Avx2.UnpackLow(y, zero).AsInt16(), Avx2.UnpackLow(b, zero).AsInt16(), Avx2.UnpackLow(r, zero).AsInt16(),
            out Vector256<short> redLow, out Vector256<short> greenLow, out Vector256<short> blueLow);
        ConvertAvx2(Avx2.UnpackHigh(y, zero).AsInt16(), Avx2.UnpackHigh(b, zero).AsInt16(), Avx2.UnpackHigh(r, zero).AsInt16(),
            out Vector256<short> redHigh, out Vector256<short> greenHigh, out Vector256<short> blueHigh);
        RgbStore.Store(
            Avx2.PackUnsignedSaturate(redLow, redHigh), Avx2.PackUnsignedSaturate(greenLow, greenHigh), Avx2.PackUnsignedSaturate(blueLow, blueHigh), target);
    }

    /// <summary>
    /// 16 pixels in 16 bit lanes. Constants above 1/2 are split into integers and a rest: 1.402 = 1 + 26345 / 2^16, 1.772 = 2 − 14942 / 2^16,
    /// −0.714 = −1 + 18734 / 2^16. The high half of 2·v·c, plus 1, halved, is v·c / 2^16 rounded as the plain loop does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ConvertAvx2(
        Vector256<short> y, Vector256<short> b, Vector256<short> r, out Vector256<short> red, out Vector256<short> green, out Vector256<short> blue)
    {
        Vector256<short> center = Vector256.Create((short)128), one = Vector256<short>.One;
        b -= center;
        r -= center;
        Vector256<short> b2 = b + b, r2 = r + r;
        red = y + r + Avx2.ShiftRightArithmetic(Avx2.MultiplyHigh(r2, Vector256.Create((short)(RedCr - 65536))) + one, 1);
        blue = y + b2 + Avx2.ShiftRightArithmetic(Avx2.MultiplyHigh(b2, Vector256.Create((short)(BlueCb - 131072))) + one, 1);
        Vector256<short> constants = Vector256.Create((GreenCr + 65536) << 16 | GreenCb & 0xFFFF).AsInt16();
        Vector256<int> rounding = Vector256.Create(Half);
        Vector256<int> low = Avx2.ShiftRightArithmetic(Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(b, r), constants) + rounding, 16);
        Vector256<int> high = Avx2.ShiftRightArithmetic(Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(b, r), constants) + rounding, 16);
        green = y - r + Avx2.PackSignedSaturate(low, high);
    }

    /// <summary>16 pixels, in two halves of 16 bit lanes, as <see cref="ConvertAvx2(byte*, byte*, byte*, byte*)"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ConvertSse2(byte* luma, byte* cb, byte* cr, byte* target)
    {
        (Vector128<short> y0, Vector128<short> y1) = Widen(Vector128.Load(luma), 0);
        (Vector128<short> b0, Vector128<short> b1) = Widen(Vector128.Load(cb), 128);
        (Vector128<short> r0, Vector128<short> r1) = Widen(Vector128.Load(cr), 128);
        RgbStore.Store(Sse2.PackUnsignedSaturate(y0 + r0 + Fraction(r0, RedCr - 65536), y1 + r1 + Fraction(r1, RedCr - 65536)),
            Sse2.PackUnsignedSaturate(y0 + Green(b0, r0), y1 + Green(b1, r1)),
            Sse2.PackUnsignedSaturate(y0 + b0 + b0 + Fraction(b0, BlueCb - 131072), y1 + b1 + b1 + Fraction(b1, BlueCb - 131072)), target);
    }

    /// <summary>16 pixels with instructions that every processor with 128 bit vectors has.</summary>
    internal static void ConvertPortable(byte* luma, byte* cb, byte* cr, byte* target)
    {
        (Vector128<short> y0, Vector128<short> y1) = Widen(Vector128.Load(luma), 0);
        (Vector128<short> b0, Vector128<short> b1) = Widen(Vector128.Load(cb), 128);
        (Vector128<short> r0, Vector128<short> r1) = Widen(Vector128.Load(cr), 128);
        RgbStore.Store(Narrow(y0 + Weigh(r0, RedCr, r0, 0), y1 + Weigh(r1, RedCr, r1, 0)),
            Narrow(y0 + Weigh(b0, GreenCb, r0, GreenCr), y1 + Weigh(b1, GreenCb, r1, GreenCr)),
            Narrow(y0 + Weigh(b0, BlueCb, b0, 0), y1 + Weigh(b1, BlueCb, b1, 0)), target);
    }

    // v · c / 2^16, rounded; see ConvertAvx2.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Fraction(Vector128<short> v, short c) =>
        Sse2.ShiftRightArithmetic(Sse2.MultiplyHigh(v + v, Vector128.Create(c)) + Vector128<short>.One, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Green(Vector128<short> b, Vector128<short> r)
    {
        Vector128<short> constants = Vector128.Create((GreenCr + 65536) << 16 | GreenCb & 0xFFFF).AsInt16();
        Vector128<int> rounding = Vector128.Create(Half);
        return Sse2.PackSignedSaturate((Sse2.MultiplyAddAdjacent(Sse2.UnpackLow(b, r), constants) + rounding) >> 16,
            (Sse2.MultiplyAddAdjacent(Sse2.UnpackHigh(b, r), constants) + rounding) >> 16) - r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<short>, Vector128<short>) Widen(Vector128<byte> values, short center) =>
        (Vector128.WidenLower(values).AsInt16() - Vector128.Create(center), Vector128.WidenUpper(values).AsInt16() - Vector128.Create(center));

    // The weighted sum, four at a time in 32 bit lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Weigh(Vector128<short> a, int aWeight, Vector128<short> b, int bWeight)
    {
        Vector128<int> half = Vector128.Create(Half);
        Vector128<int> low = Vector128.WidenLower(a) * aWeight + half, high = Vector128.WidenUpper(a) * aWeight + half;
        if (bWeight != 0)
        {
            low += Vector128.WidenLower(b) * bWeight;
            high += Vector128.WidenUpper(b) * bWeight;
        }
        return Vector128.Narrow(low >> 16, high >> 16);
    }

    private static Vector128<byte> Narrow(Vector128<short> low, Vector128<short> high)
    {
        Vector128<short> top = Vector128.Create((short)255);
        return Vector128.Narrow(
            Vector128.Min(Vector128.Max(low, Vector128<short>.Zero), top), Vector128.Min(Vector128.Max(high, Vector128<short>.Zero), top)).AsByte();
    }

    private static void Invert(byte* target, int width)
    {
        for (int i = 0; i < 3 * width; i++)
            target[i] = (byte)~target[i];
    }

    private static void Blacken(byte* black, byte* target, int width)
    {
        for (int x = 0; x < width; x++, target += 3)
        {
            int k = black[x];
            (target[0], target[1], target[2]) = (Scale(target[0], k), Scale(target[1], k), Scale(target[2], k));
        }
    }

    private static byte Scale(int value, int k) => (byte)((value * k * 2 + 255) / 510);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
