using System.Buffers.Binary;

namespace SkinClassifier.Imaging.Formats.Jpeg;

/// <summary>Finds the ICC profile of a JPEG file (ICC.1, annex B.4: APP2 segments "ICC_PROFILE", number, count, bytes).</summary>
internal static class JpegProfile
{
    private const int App2 = 0xE2, HeadLength = 14;

    /// <summary>
    /// The first segment of the profile, which holds its header and, in all but profiles with large tables, all of it. Nothing when there is none.
    /// </summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> content)
    {
        for (int at = 2; at + 4 <= content.Length && content[at] == 0xFF;)
        {
            int marker = content[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }
            if (marker is JpegMarker.StartOfScan or JpegMarker.EndOfImage)
                break;
            if (JpegMarker.IsBare(marker))
            {
                at += 2;
                continue;
            }
            int length = BinaryPrimitives.ReadUInt16BigEndian(content[(at + 2)..]);
            if (length < 2 || length > content.Length - at - 2)
                break;
            ReadOnlySpan<byte> body = content.Slice(at + 4, length - 2);
            if (marker == App2 && body.Length > HeadLength && body.StartsWith("ICC_PROFILE\0"u8) && body[12] == 1)
                return body[HeadLength..];
            at += 2 + length;
        }
        return [];
    }
}
