using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// Writes 8 bit RGB PNG files. Every row takes the filter whose result has the smallest sum of absolute values (PNG specification, section 12.7).
/// </summary>
internal static class PngEncoder
{
    /// <summary>The file content.</summary>
    public static byte[] Encode(RgbImage image)
    {
        using MemoryStream file = new();
        file.Write(PngFormat.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Height);
        header[8..].Clear();
        (header[8], header[9]) = (8, (byte)PngColor.Rgb);
        WriteChunk(file, PngChunk.Header, header);
        using MemoryStream compressed = new();
        using (ZLibStream deflate = new(compressed, CompressionLevel.Optimal, leaveOpen: true))
            WriteRows(deflate, image);
        WriteChunk(file, PngChunk.Pixels, compressed.GetBuffer().AsSpan(0, (int)compressed.Length));
        WriteChunk(file, PngChunk.End, []);
        return file.ToArray();
    }

    private static void WriteRows(ZLibStream deflate, RgbImage image)
    {
        int bytes = image.Width * 3;
        byte[] zero = new byte[bytes], best = new byte[bytes + 1], candidate = new byte[bytes + 1];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> above = y > 0 ? image.Row(y - 1) : zero;
            long bestCost = long.MaxValue;
            for (int filter = 0; filter < 5; filter++)
            {
                candidate[0] = (byte)filter;
                PngFilter.Do(filter, image.Row(y), above, candidate.AsSpan(1), 3);
                long cost = PngFilter.Cost(candidate.AsSpan(1));
                if (cost < bestCost)
                {
                    bestCost = cost;
                    (best, candidate) = (candidate, best);
                }
            }
            deflate.Write(best);
        }
    }

    private static void WriteChunk(MemoryStream file, uint type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        file.Write(word);
        int start = (int)file.Length;
        BinaryPrimitives.WriteUInt32BigEndian(word, type);
        file.Write(word);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, Crc32.HashToUInt32(file.GetBuffer().AsSpan(start, data.Length + 4)));
        file.Write(word);
    }
}
