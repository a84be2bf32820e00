namespace SkinClassifier.Imaging.Metadata;

/// <summary>
/// Reads tiff:Orientation of an XMP packet (ISO 16684-1), written as an attribute or as an element, and nothing else. EXIF wins where both say it.
/// </summary>
internal static class XmpOrientation
{
    /// <summary>Orientation 1 to 8 as in EXIF; null when the packet has none. Never throws.</summary>
    internal static int? Find(ReadOnlySpan<byte> packet)
    {
        ReadOnlySpan<byte> prefix = Prefix(packet), name = ":Orientation"u8;
        for (int from = 0; packet[from..].IndexOf(name) is >= 0 and int found; from += found + name.Length)
        {
            int at = from + found;
            if (at >= prefix.Length && packet[..at].EndsWith(prefix) && (at == prefix.Length || IsBorder(packet[at - prefix.Length - 1]))
                && Value(packet[(at + name.Length)..]) is { } orientation)
                return orientation;
        }
        return null;
    }

    /// <summary>The prefix that the packet gives the TIFF properties; "tiff" in nearly all packets.</summary>
    private static ReadOnlySpan<byte> Prefix(ReadOnlySpan<byte> packet)
    {
        int space = packet.IndexOf("http://ns.adobe.com/tiff/1.0/"u8);
        if (space < 1)
            return "tiff"u8;
        ReadOnlySpan<byte> before = packet[..(space - 1)].TrimEnd(" \t\r\n"u8);
        if (before.IsEmpty || before[^1] != '=')
            return "tiff"u8;
        before = before[..^1].TrimEnd(" \t\r\n"u8);
        int colon = before.LastIndexOf((byte)':');
        return colon >= 0 && before[..colon].EndsWith("xmlns"u8) && colon + 1 < before.Length ? before[(colon + 1)..] : "tiff"u8;
    }

    // Either = "6" or > 6 <.
    private static int? Value(ReadOnlySpan<byte> after)
    {
        after = after.TrimStart(" \t\r\n"u8);
        if (after.IsEmpty)
            return null;
        bool attribute = after[0] == '=';
        if (!attribute && after[0] != '>')
            return null;
        after = after[1..].TrimStart(" \t\r\n"u8);
        if (attribute)
        {
            if (after.IsEmpty || after[0] is not ((byte)'"' or (byte)'\''))
                return null;
            after = after[1..].TrimStart(" \t\r\n"u8);
        }
        return after.Length >= 2 && after[0] is >= (byte)'1' and <= (byte)'8' && !char.IsAsciiDigit((char)after[1]) ? after[0] - '0' : null;
    }

    private static bool IsBorder(byte before) => before is (byte)'<' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'';
}
