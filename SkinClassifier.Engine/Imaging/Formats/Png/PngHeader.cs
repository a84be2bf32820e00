using System.Buffers.Binary;
using SkinClassifier.Common;

namespace SkinClassifier.Imaging.Formats.Png;

/// <summary>What a pixel consists of; the values are those of the file.</summary>
internal enum PngColor : byte { Gray = 0, Rgb = 2, Palette = 3, GrayAlpha = 4, RgbAlpha = 6 }

/// <summary>The IHDR chunk (PNG specification, section 11.2.1).</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool Interlaced)
{
    /// <summary>Samples per pixel.</summary>
    public int Channels => Color switch { PngColor.Rgb => 3, PngColor.GrayAlpha => 2, PngColor.RgbAlpha => 4, _ => 1 };

    /// <summary>Bits per pixel, 1 to 64.</summary>
    public int BitsPerPixel => Channels * BitDepth;

    /// <summary>Bytes of a row of <paramref name="pixels"/> pixels, without the filter byte.</summary>
    public long RowBytes(int pixels) => ((long)pixels * BitsPerPixel + 7) / 8;

    /// <summary>Reads the first chunk.</summary>
    /// <exception cref="InvalidContentException">It is no IHDR, or its values break the rules.</exception>
    public static PngHeader Read(ref PngChunkReader chunks)
    {
        PngChunk chunk = chunks.Next();
        string name = chunks.Name;
        if (chunk.Type == PngChunk.AppleVariant)
            throw new UnsupportedContentException(
                $"{name}: expected a standard PNG file, received Apple's variant for iPhone programs (chunk CgBI). Export the image as a normal PNG or JPEG.");
        if (chunk.Type != PngChunk.Header || chunk.Data.Length != 13)
            throw new InvalidContentException($"{name}: expected PNG chunk IHDR of 13 bytes first, received {chunk.TypeName} of {chunk.Data.Length} "
                + $"bytes. The file is damaged; copy it again.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk.Data), height = BinaryPrimitives.ReadUInt32BigEndian(chunk.Data[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw new InvalidContentException(
                $"{name}: expected a PNG size from 1 to {int.MaxValue}, received {width}×{height}. The file is damaged; copy it again.");
        int depth = chunk.Data[8];
        PngColor color = (PngColor)chunk.Data[9];
        bool known = color switch
        {
            PngColor.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GrayAlpha or PngColor.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!known || chunk.Data[10] != 0 || chunk.Data[11] != 0 || chunk.Data[12] > 1)
            throw new InvalidContentException($"{name}: PNG chunk IHDR has values that the specification does not allow (bit depth {depth}, color "
                + $"type {chunk.Data[9]}, compression {chunk.Data[10]}, filter {chunk.Data[11]}, interlacing {chunk.Data[12]}). The file is damaged; "
                + $"copy it again.");
        return new PngHeader((int)width, (int)height, depth, color, chunk.Data[12] == 1);
    }
}
