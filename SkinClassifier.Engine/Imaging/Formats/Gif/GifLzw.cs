using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Gif;

/// <summary>
/// LZW with codes that grow from code size + 1 to 12 bits, lowest bits first (GIF89a, appendix F). When all 4096 codes are given,
/// the table stays as it is until a clear code.
/// </summary>
internal static class GifLzw
{
    private const int MaxCodes = 4096;

    /// <summary>Decodes into <paramref name="pixels"/> until it is full, the end code comes or the data ends; returns the number of pixels.</summary>
    /// <exception cref="InvalidContentException">A code stands for nothing.</exception>
    public static int Decode(ReadOnlySpan<byte> data, int codeSize, Span<byte> pixels, string name)
    {
        // A code's text is where it was last written in the output: start and length are enough.
        Span<int> starts = stackalloc int[MaxCodes];
        Span<int> lengths = stackalloc int[MaxCodes];
        int clear = 1 << codeSize, end = clear + 1, next = end + 1, width = codeSize + 1;
        int previousStart = -1, previousLength = 0, count = 0, at = 0, bits = 0;
        uint buffer = 0;
        while (count < pixels.Length)
        {
            while (bits < width)
            {
                if (at == data.Length)
                    return count;
                buffer |= (uint)data[at++] << bits;
                bits += 8;
            }
            int code = (int)(buffer & ((1u << width) - 1));
            buffer >>= width;
            bits -= width;
            if (code == end)
                return count;
            if (code == clear)
            {
                (next, width, previousStart) = (end + 1, codeSize + 1, -1);
                continue;
            }
            int start = count, length = 1;
            if (code < clear)
                pixels[count] = (byte)code;
            else if (code < next)
                length = Copy(pixels, starts[code], lengths[code], count);
            else if (code == next && previousStart >= 0 && next < MaxCodes)
                length = Copy(pixels, previousStart, previousLength + 1, count);
            else
                throw new InvalidContentException(
                    $"{name}: expected a GIF code below {next}, received {code} after {count} pixels. The file is damaged; copy it again.");
            // The new code is the previous text and the pixel behind it, which has just been written.
            if (previousStart >= 0 && next < MaxCodes)
            {
                (starts[next], lengths[next]) = (previousStart, previousLength + 1);
                next++;
                if (next == 1 << width && width < 12)
                    width++;
            }
            count += length;
            (previousStart, previousLength) = (start, length);
        }
        return count;
    }

    // One by one: the text may overlap with where it goes.
    private static int Copy(Span<byte> pixels, int from, int length, int to)
    {
        int copied = Math.Min(length, pixels.Length - to);
        for (int i = 0; i < copied; i++)
            pixels[to + i] = pixels[from + i];
        return copied;
    }
}
