using SkinClassifier.Imaging.Formats.Jpeg;

namespace SkinClassifier.Tests.Imaging.Formats.Jpeg;

/// <summary>Every vector path gives the bytes of the formula, for every pair of color differences, and touches nothing beyond the row.</summary>
[Category("Simd")]
public sealed unsafe class ColorConversionTests
{
    [Test]
    public void YCbCr_follows_the_formula([Values(0, 77, 128, 255)] int luma, [Values(1, 15, 16, 31, 32, 33, 64, 83)] int width)
    {
        byte[] y = new byte[width + 64], cb = new byte[width + 64], cr = new byte[width + 64], expected = new byte[3 * width],
            found = new byte[3 * width + 96], portable = new byte[48];
        y.AsSpan().Fill((byte)luma);
        fixed (byte* yRow = y, cbRow = cb, crRow = cr, target = found, other = portable)
        {
            byte** rows = stackalloc byte*[4] { yRow, cbRow, crRow, null };
            for (int start = 0; start < 65536; start += width)
            {
                for (int x = 0; x < width; x++)
                {
                    (cb[x], cr[x]) = ((byte)(start + x), (byte)((start + x) >> 8));
                    int b = cb[x] - 128, r = cr[x] - 128;
                    expected[3 * x] = Clamp(luma + ((91881 * r + 32768) >> 16));
                    expected[3 * x + 1] = Clamp(luma + ((-22554 * b - 46802 * r + 32768) >> 16));
                    expected[3 * x + 2] = Clamp(luma + ((116130 * b + 32768) >> 16));
                }
                found.AsSpan().Fill(0xA5);
                ColorConversion.ToRgb(JpegColors.YCbCr, rows, target, width);
                if (!found.AsSpan(0, 3 * width).SequenceEqual(expected) || found.AsSpan(3 * width).ContainsAnyExcept((byte)0xA5))
                    Assert.Fail($"differences from {start} on: expected {Convert.ToHexString(expected)}, received {Convert.ToHexString(found)}");
                if (width < 16)
                    continue;
                ColorConversion.ConvertPortable(yRow, cbRow, crRow, other);
                if (!portable.AsSpan().SequenceEqual(expected.AsSpan(0, 48)))
                    Assert.Fail($"portable, differences from {start} on: expected {Convert.ToHexString(expected)}, received {Convert.ToHexString(portable)}");
            }
        }
    }

    [Test]
    public void Inverted_cyan_times_black_is_red()
    {
        byte[] values = [0, 1, 50, 127, 128, 200, 254, 255];
        byte[] ink = [.. values.SelectMany(c => values.Select(_ => c))], black = [.. values.SelectMany(_ => values)], found = new byte[3 * ink.Length];
        fixed (byte* c = ink, k = black, target = found)
        {
            byte** rows = stackalloc byte*[4] { c, c, c, k };
            ColorConversion.ToRgb(JpegColors.Cmyk, rows, target, ink.Length);
        }
        for (int i = 0; i < ink.Length; i++)
            Assert.That(found[3 * i], Is.EqualTo((byte)Math.Floor(ink[i] * black[i] / 255.0 + 0.5)), $"{ink[i]} × {black[i]}");
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
