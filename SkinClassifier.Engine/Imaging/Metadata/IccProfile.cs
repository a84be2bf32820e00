using System.Buffers.Binary;
using System.Text;

namespace SkinClassifier.Imaging.Metadata;

/// <summary>
/// Tells whether an ICC profile (ISO 15076-1) means another color space than sRGB, and its name. Profiles are never applied: samples are used as they
/// are stored.
/// </summary>
internal static class IccProfile
{
    private const int HeaderLength = 128, MaxTags = 200, MaxName = 60;

    // The primaries of sRGB, adapted to D50 (IEC 61966-2-1; as in the profiles that all cameras and programs write), each X, Y, Z.
    private static ReadOnlySpan<double> SrgbPrimaries => [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141];

    /// <summary>A name of the color space when it is not sRGB; null for sRGB, and for what is no whole profile.</summary>
    public static string? OtherThanSrgb(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < HeaderLength + 4 || !profile[36..].StartsWith("acsp"u8))
            return null;
        string name = Name(profile);
        if (name.Contains("sRGB", StringComparison.OrdinalIgnoreCase) || (profile[16..].StartsWith("RGB "u8) && HasSrgbPrimaries(profile)))
            return null;
        return name.Length > 0 ? name : $"{Encoding.ASCII.GetString(profile.Slice(16, 4)).Trim()} profile without a name";
    }

    private static bool HasSrgbPrimaries(ReadOnlySpan<byte> profile)
    {
        ReadOnlySpan<uint> tags = [0x7258595A, 0x6758595A, 0x6258595A]; // rXYZ, gXYZ, bXYZ
        for (int i = 0; i < tags.Length; i++)
        {
            ReadOnlySpan<byte> tag = Tag(profile, tags[i]);
            if (tag.Length < 20)
                return false;
            for (int c = 0; c < 3; c++)
                if (Math.Abs(BinaryPrimitives.ReadInt32BigEndian(tag[(8 + 4 * c)..]) / 65536.0 - SrgbPrimaries[3 * i + c]) > 0.01)
                    return false;
        }
        return true;
    }

    private static string Name(ReadOnlySpan<byte> profile)
    {
        ReadOnlySpan<byte> tag = Tag(profile, 0x64657363); // desc
        if (tag.Length < 12)
            return "";
        uint count = BinaryPrimitives.ReadUInt32BigEndian(tag[8..]);
        string text = "";
        if (tag.StartsWith("desc"u8))
            text = Encoding.ASCII.GetString(tag.Slice(12, (int)Math.Min(count, (uint)(tag.Length - 12))));
        else if (tag.StartsWith("mluc"u8) && count > 0 && tag.Length >= 28)
        {
            // The first language's text, UTF-16.
            uint length = BinaryPrimitives.ReadUInt32BigEndian(tag[20..]), offset = BinaryPrimitives.ReadUInt32BigEndian(tag[24..]);
            if (offset < (uint)tag.Length)
                text = Encoding.BigEndianUnicode.GetString(tag.Slice((int)offset, (int)Math.Min(length, (uint)tag.Length - offset)));
        }
        text = new string([.. text.Where(c => !char.IsControl(c))]).Trim();
        return text.Length <= MaxName ? text : text[..MaxName];
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> profile, uint signature)
    {
        uint count = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]), MaxTags);
        for (int at = HeaderLength + 4; count > 0 && at + 12 <= profile.Length; at += 12, count--)
        {
            if (BinaryPrimitives.ReadUInt32BigEndian(profile[at..]) != signature)
                continue;
            uint offset = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 4)..]), size = BinaryPrimitives.ReadUInt32BigEndian(profile[(at + 8)..]);
            return offset < (uint)profile.Length ? profile.Slice((int)offset, (int)Math.Min(size, (uint)profile.Length - offset)) : [];
        }
        return [];
    }
}
