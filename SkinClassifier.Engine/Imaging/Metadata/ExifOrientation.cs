using System.Buffers.Binary;

namespace SkinClassifier.Imaging.Metadata;

/// <summary>Reads how the camera was held (tag 0112h of EXIF, JEITA CP-3451 section 4.6.4) and nothing else.</summary>
internal static class ExifOrientation
{
    private const ushort Tag = 0x0112;
    private const ushort TypeShort = 3, TypeLong = 4;

    /// <summary>
    /// Orientation 1 to 8 from an EXIF block, with or without its "Exif\0\0" prefix; 1 (upright) when it is absent or damaged,
    /// since an image is never refused for its metadata. 2: mirrored, 3: half turn, 4: mirrored upside down, 5: transposed,
    /// 6: shown after a quarter turn clockwise, 7: transposed over the other diagonal, 8: shown after a quarter turn counter-clockwise.
    /// </summary>
    internal static int Read(ReadOnlySpan<byte> exif) => Find(exif) ?? 1;

    /// <summary>As <see cref="Read"/>; null when the block does not say it. A value that is not allowed counts as 1.</summary>
    internal static int? Find(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8))
            exif = exif[6..];
        if (exif.Length < 8)
            return null;
        bool little = exif.StartsWith("II*\0"u8);
        if (!little && !exif.StartsWith("MM\0*"u8))
            return null;
        uint offset = ReadUInt32(exif[4..], little);
        if (offset > (uint)exif.Length - 2)
            return null;
        int entries = ReadUInt16(exif[(int)offset..], little);
        for (int i = 0; i < entries; i++)
        {
            long at = offset + 2L + 12L * i;
            if (at + 12 > exif.Length)
                return null;
            ReadOnlySpan<byte> entry = exif.Slice((int)at, 12);
            if (ReadUInt16(entry, little) != Tag)
                continue;
            uint value = ReadUInt16(entry[2..], little) switch
            {
                TypeShort => ReadUInt16(entry[8..], little),
                TypeLong => ReadUInt32(entry[8..], little),
                _ => 1,
            };
            return value is >= 1 and <= 8 ? (int)value : 1;
        }
        return null;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint ReadUInt32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
