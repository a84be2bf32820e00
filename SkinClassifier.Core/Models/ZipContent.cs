using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using SkinClassifier.Common;

namespace SkinClassifier.Models;

/// <summary>Entries of an untrusted zip archive: names are checked, sizes are checked before memory is taken, checksums after.</summary>
internal static class ZipContent
{
    private const int MaxEntries = 10_000;
    private static readonly DateTimeOffset FixedTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Opens an archive and uses it; errors of the zip format become <see cref="InvalidContentException"/>.</summary>
    public static T Use<T>(Stream stream, string name, Func<Dictionary<string, ZipArchiveEntry>, T> use)
    {
        try
        {
            using ZipArchive zip = new(stream, ZipArchiveMode.Read, leaveOpen: true);
            return use(Index(zip, name));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidContentException(
                $"{name}: expected a zip archive, received something else or a damaged one ({error.Message}). Copy the file again.", error);
        }
        catch (Exception error) when (error is EndOfStreamException or NotSupportedException or ArgumentException or IOException
            and not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw new InvalidContentException($"{name}: the zip archive cannot be read ({error.Message}). Copy the file again.", error);
        }
    }

    /// <summary>The content of an entry of at most <paramref name="limit"/> bytes.</summary>
    public static byte[] Read(ZipArchiveEntry entry, string name, long limit) => Read(entry, name, limit, stream =>
    {
        byte[] content = new byte[entry.Length];
        stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return content;
    });

    /// <summary>
    /// Reads an entry of at most <paramref name="limit"/> bytes from front to back, without holding it in memory; its length and checksum are checked
    /// at the end.
    /// </summary>
    public static T Read<T>(ZipArchiveEntry entry, string name, long limit, Func<Stream, T> read)
    {
        CheckSize(entry, name, limit);
        using CheckedEntryStream stream = new(entry.Open());
        T result;
        try
        {
            result = read(stream);
        }
        catch (Exception error) when (error is SkinClassifierException or EndOfStreamException)
        {
            Check(entry, name, stream); // what cannot be understood may be damage of the archive
            throw;
        }
        Check(entry, name, stream);
        return result;
    }

    private static void Check(ZipArchiveEntry entry, string name, CheckedEntryStream stream)
    {
        long length = stream.ReadToEnd(entry.Length);
        if (length != entry.Length)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: expected {entry.Length} bytes, received "
                + $"{(length < entry.Length ? length.ToString(CultureInfo.InvariantCulture) : "more")}. The file is damaged; copy it again.");
        if (stream.Crc != entry.Crc32)
            throw new InvalidContentException(
                $"{name}: entry {entry.FullName}: wrong checksum (expected {entry.Crc32:X8}, received {stream.Crc:X8}). The file is damaged; copy it again.");
    }

    /// <summary>Refuses an entry that claims more than the limit or more than its compressed bytes can hold.</summary>
    public static void CheckSize(ZipArchiveEntry entry, string name, long limit)
    {
        if (entry.Length > limit)
            throw new InvalidContentException(
                $"{name}: entry {entry.FullName}: expected at most {limit} bytes, it declares {entry.Length}. The file is damaged or hostile.");
        // Deflate reaches at most 1032 : 1, so a larger claim is refused before memory is taken for it.
        if (entry.Length > 1032L * entry.CompressedLength + 64)
            throw new InvalidContentException($"{name}: entry {entry.FullName}: declares {entry.Length} bytes from {entry.CompressedLength} "
                + $"compressed ones, more than deflate can hold. The file is damaged or hostile.");
    }

    /// <summary>Writes an entry with a fixed time; <paramref name="withLength"/> puts its length before it, in four bytes.</summary>
    public static void Write(ZipArchive zip, string entryName, ReadOnlySpan<byte> content, CompressionLevel level, bool withLength = false)
    {
        ZipArchiveEntry entry = zip.CreateEntry(entryName, level);
        entry.LastWriteTime = FixedTime;
        using Stream stream = entry.Open();
        if (withLength)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
            stream.Write(length);
        }
        stream.Write(content);
    }

    private static Dictionary<string, ZipArchiveEntry> Index(ZipArchive zip, string name)
    {
        if (zip.Entries.Count > MaxEntries)
            throw new InvalidContentException(
                $"{name}: expected at most {MaxEntries} entries, received {zip.Entries.Count}. This is not a model of a kind that can be read.");
        Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            string path = entry.FullName.Replace('\\', '/');
            if (path.Length == 0 || path.StartsWith('/') || path.Contains(':') || path.Split('/').Contains(".."))
                throw new InvalidContentException($"{name}: entry \"{entry.FullName}\": expected a path inside the archive. The file was not made by "
                    + $"a program that saves models; do not trust it.");
            if (!entries.TryAdd(path, entry))
                throw new InvalidContentException($"{name}: entry \"{entry.FullName}\" exists twice. The file is damaged.");
        }
        return entries;
    }
}
