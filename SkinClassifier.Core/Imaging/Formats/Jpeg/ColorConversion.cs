using System.Runtime.CompilerServices;

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
                FromGray(rows[0], target, width);
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

    private static void FromGray(byte* gray, byte* target, int width)
    {
        for (int x = 0; x < width; x++, target += 3)
            target[0] = target[1] = target[2] = gray[x];
    }

    private static void FromPlanes(byte* red, byte* green, byte* blue, byte* target, int width)
    {
        for (int x = 0; x < width; x++, target += 3)
            (target[0], target[1], target[2]) = (red[x], green[x], blue[x]);
    }

    private static void FromYCbCr(byte* luma, byte* cb, byte* cr, byte* target, int width)
    {
        for (int x = 0; x < width; x++, target += 3)
        {
            int y = luma[x], b = cb[x] - 128, r = cr[x] - 128;
            target[0] = Clamp(y + ((RedCr * r + Half) >> 16));
            target[1] = Clamp(y + ((GreenCb * b + GreenCr * r + Half) >> 16));
            target[2] = Clamp(y + ((BlueCb * b + Half) >> 16));
        }
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
