using System.Numerics;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>How much color detail an encoder keeps.</summary>
internal enum ChromaSampling
{
    /// <summary>Half in each direction below quality 90, full from 90 on.</summary>
    ByQuality,
    /// <summary>4:4:4: as much as brightness.</summary>
    Full,
    /// <summary>4:2:0: half in each direction.</summary>
    Half,
}

/// <summary>
/// Writes baseline JFIF files with the example tables of T.81, annex K, scaled by the quality as the Independent JPEG Group's library does;
/// its files with the same settings are the same, byte for byte.
/// </summary>
internal sealed unsafe class JpegEncoder
{
    private static readonly HuffmanCodes[] s_codes = [.. Enumerable.Range(0, 4)
        .Select(i => { (byte[] counts, byte[] symbols) = StandardHuffman.Get(i >= 2, i % 2 == 1); return new HuffmanCodes(counts, symbols); })];

    private readonly JpegBitWriter _writer = new();
    private readonly RgbImage _image;
    private readonly int[] _predictions = new int[3];
    private readonly byte[][] _steps;
    private readonly uint[][] _reciprocals;   // of 8 · step, times 2^32, rounded up: exact quotients for all values of the DCT
    private readonly bool _half;

    private JpegEncoder(RgbImage image, int quality, bool half)
    {
        _image = image;
        _half = half;
        _steps = [StandardQuantization.Scaled(chroma: false, quality), StandardQuantization.Scaled(chroma: true, quality)];
        _reciprocals = [.. _steps.Select(steps => steps.Select(step => (uint)(((1UL << 32) + 8UL * step - 1) / (8UL * step))).ToArray())];
    }

    /// <summary>The file content. <paramref name="quality"/>: 1 to 100.</summary>
    /// <exception cref="ArgumentException">The image is larger than 65535 pixels in a direction, or the quality is out of range.</exception>
    public static byte[] Encode(RgbImage image, int quality, ChromaSampling sampling = ChromaSampling.ByQuality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        if (image.Width > 65535 || image.Height > 65535)
            throw new ArgumentException(
                $"JPEG: expected at most 65535×65535 pixels, received {image.Width}×{image.Height}. Save the image as PNG or shrink it.", nameof(image));
        JpegEncoder encoder = new(image, quality, sampling == ChromaSampling.ByQuality ? quality < 90 : sampling == ChromaSampling.Half);
        encoder.WriteHeaders();
        encoder.WriteBlocks();
        return encoder._writer.ToArray();
    }

    private void WriteHeaders()
    {
        _writer.Write(0xFF, JpegMarker.StartOfImage, 0xFF, JpegMarker.App0);
        _writer.Write16(16);
        _writer.Write("JFIF\0"u8);
        _writer.Write(1, 1, 0, 0, 1, 0, 1, 0, 0);   // version 1.1, square pixels, no thumbnail
        for (int i = 0; i < 2; i++)
        {
            _writer.Write(0xFF, JpegMarker.QuantizationTables);
            _writer.Write16(67);
            _writer.Write((byte)i);
            foreach (byte natural in JpegOrder.Natural)
                _writer.Write(_steps[i][natural]);
        }
        _writer.Write(0xFF, JpegMarker.BaselineFrame);
        _writer.Write16(17);
        _writer.Write(8);
        _writer.Write16(_image.Height);
        _writer.Write16(_image.Width);
        _writer.Write(3, 1, (byte)(_half ? 0x22 : 0x11), 0, 2, 0x11, 1, 3, 0x11, 1);
        for (int i = 0; i < 4; i++)
        {
            (byte[] counts, byte[] symbols) = StandardHuffman.Get(ac: i % 2 == 1, chroma: i >= 2);
            _writer.Write(0xFF, JpegMarker.HuffmanTables);
            _writer.Write16(19 + symbols.Length);
            _writer.Write((byte)(i % 2 * 16 + i / 2));
            _writer.Write(counts);
            _writer.Write(symbols);
        }
        _writer.Write(0xFF, JpegMarker.StartOfScan);
        _writer.Write16(12);
        _writer.Write(3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0);
    }

    private void WriteBlocks()
    {
        int factor = _half ? 2 : 1, mcuSize = 8 * factor;
        int mcusWide = (_image.Width + mcuSize - 1) / mcuSize;
        int blocksWide = (_image.Width + 7) / 8, blocksHigh = (_image.Height + 7) / 8;
        EncoderStrip strip = new(mcusWide * mcuSize, factor);
        for (int y = 0; y < _image.Height; y += mcuSize)
        {
            strip.Load(_image, y);
            for (int mcu = 0; mcu < mcusWide; mcu++)
            {
                // Blocks of brightness that lie wholly outside repeat the mean of the one before.
                for (int v = 0; v < factor; v++)
                    for (int h = 0; h < factor; h++)
                        if (mcu * factor + h < blocksWide && y / 8 + v < blocksHigh)
                            WriteBlock(0, strip.Luma, strip.Width, (mcu * factor + h) * 8, v * 8);
                        else
                            WriteFlat();
                WriteBlock(1, strip.Cb, strip.ChromaWidth, mcu * 8, 0);
                WriteBlock(2, strip.Cr, strip.ChromaWidth, mcu * 8, 0);
            }
        }
        _writer.FinishBits();
        _writer.Write(0xFF, JpegMarker.EndOfImage);
    }

    private void WriteFlat()
    {
        s_codes[0].Write(_writer, 0, 0, 0);
        s_codes[2].Write(_writer, 0, 0, 0);
    }

    private void WriteBlock(int component, byte[] samples, int stride, int x, int y)
    {
        int* block = stackalloc int[64];
        for (int row = 0; row < 8; row++)
        {
            ReadOnlySpan<byte> line = samples.AsSpan((y + row) * stride + x, 8);
            for (int column = 0; column < 8; column++)
                block[row * 8 + column] = line[column] - 128;
        }
        ForwardDct.Run(block);
        int chroma = component == 0 ? 0 : 1;
        byte[] steps = _steps[chroma];
        uint[] reciprocals = _reciprocals[chroma];
        HuffmanCodes dcCodes = s_codes[chroma], acCodes = s_codes[2 + chroma];

        int mean = Quantize(block[0], steps[0], reciprocals[0]), difference = mean - _predictions[component];
        _predictions[component] = mean;
        int size = SizeOf(difference);
        dcCodes.Write(_writer, size, difference, size);
        int run = 0;
        for (int k = 1; k < 64; k++)
        {
            int natural = JpegOrder.Natural[k], level = Quantize(block[natural], steps[natural], reciprocals[natural]);
            if (level == 0)
            {
                run++;
                continue;
            }
            for (; run >= 16; run -= 16)
                acCodes.Write(_writer, 0xF0, 0, 0);
            size = SizeOf(level);
            acCodes.Write(_writer, run << 4 | size, level, size);
            run = 0;
        }
        if (run > 0)
            acCodes.Write(_writer, 0, 0, 0);
    }

    // Rounds half away from zero; the DCT's results carry a factor of 8.
    private static int Quantize(int value, int step, uint reciprocal)
    {
        int level = (int)((ulong)(uint)(Math.Abs(value) + step * 4) * reciprocal >> 32);
        return value < 0 ? -level : level;
    }

    private static int SizeOf(int value) => 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(value));
}
