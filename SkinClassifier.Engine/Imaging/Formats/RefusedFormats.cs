namespace SkinClassifier.Imaging.Formats;

/// <summary>Formats that are recognized by their first bytes only to be refused by name, with advice.</summary>
internal static class RefusedFormats
{
    private const string Convert = "Convert it to PNG or JPEG with any image program and use the converted file.";

    /// <summary>Name and advice when the content is one of the known formats that are not read; else null.</summary>
    public static (string Name, string Advice)? Recognize(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("RIFF"u8) && content.Length >= 12 && content[8..].StartsWith("WEBP"u8))
            return ("a WebP image", Convert);
        if (content.StartsWith("II*\0"u8) || content.StartsWith("MM\0*"u8) || content.StartsWith("II+\0"u8) || content.StartsWith("MM\0+"u8))
            return ("a TIFF image", Convert);
        if (content.StartsWith("\0\0\0\u000CjP  \r\n"u8) || content.StartsWith<byte>([0xFF, 0x4F, 0xFF, 0x51]))
            return ("a JPEG 2000 image", Convert);
        if (content.StartsWith("\0\0\0\u000CJXL "u8) || content.StartsWith<byte>([0xFF, 0x0A]))
            return ("a JPEG XL image", Convert);
        if (content.Length >= 12 && content[4..].StartsWith("ftyp"u8))
            return RecognizeBrand(content);
        if (content.Length >= 132 && content[128..].StartsWith("DICM"u8))
            return ("a DICOM file", "Export the image inside it as PNG or JPEG with a DICOM viewer.");
        if (content.StartsWith("%PDF"u8))
            return ("a PDF document", "Export the image inside it as PNG or JPEG.");
        if (content.StartsWith("<svg"u8) || content.StartsWith("<?xml"u8))
            return ("an SVG or XML text", "Export it as PNG.");
        return null;
    }

    private static (string Name, string Advice) RecognizeBrand(ReadOnlySpan<byte> content)
    {
        // ISO base media file: box size, "ftyp", major brand, version, compatible brands.
        int size = (int)Math.Min(Math.Min(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(content), 256u), (uint)content.Length);
        for (int at = 8; at + 4 <= size; at += at == 8 ? 8 : 4)
        {
            ReadOnlySpan<byte> brand = content.Slice(at, 4);
            if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
                return ("an AVIF image", Convert);
            if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8))
                return ("a HEIC image", "Convert it to JPEG, or set the camera to 'most compatible' (JPEG).");
        }
        return content[8..].StartsWith("mif1"u8) ? ("a HEIF image", Convert) : ("a film or other ISO media file", "Remove it or export a frame as PNG or JPEG.");
    }
}
