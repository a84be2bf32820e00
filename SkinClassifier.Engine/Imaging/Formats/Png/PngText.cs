using System.IO.Compression;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>Text and other data that metadata chunks hold, compressed or not. Damage gives no bytes: an image is never refused for its metadata.</summary>
internal static class PngText
{
    // Metadata is small; a larger block is cut, so that a few bytes cannot ask for much memory.
    private const int MaxBytes = 1 << 20;

    /// <summary>How an iTXt chunk with an XMP packet starts.</summary>
    public static ReadOnlySpan<byte> XmpKeyword => "XML:com.adobe.xmp\0"u8;

    /// <summary>
    /// The text of an iTXt chunk: keyword, 0, compressed (0 or 1), method, language, 0, translated keyword, 0, text (PNG specification, section
    /// 11.3.3.4).
    /// </summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> chunk)
    {
        int keyword = chunk.IndexOf((byte)0);
        if (keyword < 0 || keyword + 3 > chunk.Length)
            return [];
        bool compressed = chunk[keyword + 1] == 1;
        ReadOnlySpan<byte> rest = chunk[(keyword + 3)..];
        for (int i = 0; i < 2; i++)
        {
            int end = rest.IndexOf((byte)0);
            if (end < 0)
                return [];
            rest = rest[(end + 1)..];
        }
        return compressed ? Inflate(rest) : rest;
    }

    /// <summary>Up to 1 MiB of what a zlib stream holds; nothing when it is damaged.</summary>
    public static byte[] Inflate(ReadOnlySpan<byte> compressed)
    {
        try
        {
            using ZLibStream inflate = new(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
            byte[] text = new byte[Math.Min(MaxBytes, 4 * compressed.Length + 256)];
            int length = 0;
            while (inflate.ReadAtLeast(text.AsSpan(length), text.Length - length, throwOnEndOfStream: false) is > 0 and int read)
            {
                length += read;
                if (length == text.Length && length < MaxBytes)
                    Array.Resize(ref text, Math.Min(MaxBytes, 2 * length));
            }
            return text[..length];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
