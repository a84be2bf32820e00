using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>
/// Which images a training has seen: the first 8 bytes of the SHA-256 of each file. Enough to find them again, too little to make them again.
/// </summary>
internal sealed class SeenContent
{
    private readonly FrozenSet<ulong> _starts;

    private SeenContent(IEnumerable<ulong> starts) => _starts = starts.ToFrozenSet();

    /// <summary>Different contents.</summary>
    public int Count => _starts.Count;

    /// <summary>That of some images; null when no content is known.</summary>
    public static SeenContent? Of(IEnumerable<ImageExample> examples)
    {
        ulong[] starts = [.. examples.Where(e => e.ContentHash is not null).Select(e => Start(e.ContentHash!))];
        return starts.Length == 0 ? null : new SeenContent(starts);
    }

    /// <summary>Everything that any of several has seen; null when one of them does not know.</summary>
    public static SeenContent? Union(IEnumerable<SeenContent?> all)
    {
        SeenContent?[] list = [.. all];
        return list.Any(s => s is null) ? null : new SeenContent(list.SelectMany(s => s!._starts));
    }

    /// <summary>This, and what another has seen as far as that is known.</summary>
    public SeenContent With(SeenContent? other) => other is null ? this : new SeenContent(_starts.Concat(other._starts));

    /// <summary>Whether a content was seen. <paramref name="hash"/>: SHA-256, hexadecimal.</summary>
    public bool Contains(string hash) => _starts.Contains(Start(hash));

    /// <summary>How many of some images were seen; those whose content was not looked at do not count.</summary>
    public int CountIn(IEnumerable<ImageExample> examples) => examples.Count(e => e.ContentHash is { } hash && Contains(hash));

    /// <summary>8 bytes each, big-endian, ascending.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[8 * _starts.Count];
        foreach ((int i, ulong start) in _starts.Order().Index())
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8 * i), start);
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidContentException">Not a whole number of entries.</exception>
    public static SeenContent FromBytes(ReadOnlySpan<byte> bytes, string where)
    {
        if (bytes.Length % 8 != 0)
            throw new InvalidContentException(
                $"{where}: expected 8 bytes per image, received {bytes.Length} bytes. The file is damaged; save the model again.");
        ulong[] starts = new ulong[bytes.Length / 8];
        for (int i = 0; i < starts.Length; i++)
            starts[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[(8 * i)..]);
        return new SeenContent(starts);
    }

    private static ulong Start(string hash) => ulong.Parse(hash.AsSpan(0, 16), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
