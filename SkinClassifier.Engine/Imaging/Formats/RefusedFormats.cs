namespace SkinClassifier.Imaging.Formats;

/// <summary>A format that is known and not read.</summary>
/// <param name="Name">What it is called in a message.</param>
/// <param name="Advice">What to do with such a file.</param>
/// <param name="IsImage">Whether its files are images, not documents or films.</param>
internal readonly record struct RefusedFormat(string Name, string Advice, bool IsImage = true);

/// <summary>Formats that are recognized by their first bytes only to be refused by name, with advice.</summary>
internal static class RefusedFormats
{
    private const string Convert = "Convert it to PNG or JPEG with any image program and use the converted file.";

    /// <summary>Name and advice when the content is one of the known formats that are not read; else null.</summary>
    public static RefusedFormat? Recognize(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("RIFF"u8) && content.Length >= 12 && content[8..].StartsWith("WEBP"u8))
            return new("a WebP image", Convert);
        if (content.StartsWith("II*\0"u8) || content.StartsWith("MM\0*"u8) || content.StartsWith("II+\0"u8) || content.StartsWith("MM\0+"u8))
            return new("a TIFF image", Convert);
        if (content.StartsWith("\0\0\0\u000CjP  \r\n"u8) || content.StartsWith<byte>([0xFF, 0x4F, 0xFF, 0x51]))
            return new("a JPEG 2000 image", Convert);
        if (content.StartsWith("\0\0\0\u000CJXL "u8) || content.StartsWith<byte>([0xFF, 0x0A]))
            return new("a JPEG XL image", Convert);
        if (content.Length >= 12 && content[4..].StartsWith("ftyp"u8))
            return RecognizeBrand(content);
        if (content.Length >= 132 && content[128..].StartsWith("DICM"u8))
            return new("a DICOM file", "Export the image inside it as PNG or JPEG with a DICOM viewer.");
        if (content.StartsWith("%PDF"u8))
            return new("a PDF document", "Export the image inside it as PNG or JPEG.", IsImage: false);
        if (content.StartsWith("<svg"u8) || content.StartsWith("<?xml"u8))
            return new("an SVG or XML text", "Export it as PNG.", IsImage: false);
        return null;
    }

    private static RefusedFormat RecognizeBrand(ReadOnlySpan<byte> content)
    {
        // ISO base media file: box size, "ftyp", major brand, version, compatible brands.
        int size = (int)Math.Min(Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content), 256u), (uint)content.Length);
        for (int at = 8; at + 4 <= size; at += at == 8 ? 8 : 4)
        {
            ReadOnlySpan<byte> brand = content.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
                return new("an AVIF image", Convert);
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8))
                return new("a HEIC image", "Convert it to JPEG, or set the camera to 'most compatible' (JPEG).");
        }
        return content[8..].StartsWith("mif1"u8) ? new("a HEIF image", Convert)
            : new("a film or other ISO media file", "Remove it or export a frame as PNG or JPEG.", IsImage: false);
    }
}
