using System.Buffers.Text;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>
/// Metadata as ImageMagick writes it into PNG files: a tEXt or zTXt chunk whose keyword is "Raw profile type exif" (or "APP1", which older versions
/// write), and whose text is a line with the name, a line with the number of bytes, and the bytes as hexadecimal digits in lines. Damage gives no bytes.
/// </summary>
internal static class PngRawProfile
{
    private static readonly byte[][] Keywords = ["Raw profile type exif\0"u8.ToArray(), "Raw profile type APP1\0"u8.ToArray()];

    /// <summary>The bytes of the profile; none when <paramref name="chunk"/> is another text or damaged.</summary>
    /// <param name="chunk">What the chunk holds: keyword, 0, for a zTXt chunk the method 0, then the text.</param>
    /// <param name="compressed">Whether it is a zTXt chunk.</param>
    public static byte[] Of(ReadOnlySpan<byte> chunk, bool compressed)
    {
        if (!chunk.StartsWith(Keywords[0]) && !chunk.StartsWith(Keywords[1]))
            return [];
        ReadOnlySpan<byte> text = chunk[Keywords[0].Length..];
        if (compressed)
            text = text.Length > 0 && text[0] == 0 ? PngText.Inflate(text[1..]) : [];
        text = Word(text, out _);
        text = Word(text, out ReadOnlySpan<byte> number);
        if (!Utf8Parser.TryParse(number, out int length, out int used) || used != number.Length || length < 1 || length > text.Length / 2)
            return [];
        byte[] bytes = new byte[length];
        int digits = 0;
        foreach (byte letter in text)
        {
            if (letter is (byte)'\n' or (byte)'\r' or (byte)' ')
                continue;
            if (!char.IsAsciiHexDigit((char)letter))
                return [];
            if (digits == 2 * length)
                break;
            bytes[digits / 2] = (byte)(bytes[digits / 2] << 4 | (letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10));
            digits++;
        }
        return digits == 2 * length ? bytes : [];
    }

    // The text behind its first word.
    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> word)
    {
        text = text.TrimStart("\r\n "u8);
        int end = text.IndexOfAny("\r\n "u8);
        word = end < 0 ? text : text[..end];
        return end < 0 ? [] : text[end..];
    }
}
