using System.Text;

namespace SkinClassifier.Common;

/// <summary>
/// Writes files so that readers see the old content or the whole new content, never a part: a temporary file in the same
/// folder is written, flushed to the disk and renamed. When writing fails the old file stays and the temporary one is removed.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Writes what <paramref name="write"/> puts into the stream; folders on the way are created.</summary>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception error)
        {
            File.Delete(temporary);
            // .NET reports a file that is too long for its disk (4 GB on FAT32, or a limit of the user) as an argument of its own.
            if (error is ArgumentOutOfRangeException { ParamName: "value" })
                throw new IOException($"{full}: the file is longer than its disk allows. Choose another folder.", error);
            throw;
        }
    }

    /// <summary>Deletes the temporary files of processes that ended while they wrote. Only for folders in which no other process writes now.</summary>
    /// <param name="folder">The folder; nothing happens when there is none.</param>
    /// <param name="name">Name of the file that was to be written, with the wildcards * and ?. Default: any.</param>
    /// <param name="below">Whether the folders below are searched too. Default false.</param>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be deleted.</exception>
    public static void DeleteUnfinished(string folder, string name = "*", bool below = false)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (string file in Directory.GetFiles(folder, name + ".*.tmp", below ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly))
            if (Guid.TryParseExact(Path.GetExtension(file[..^".tmp".Length]).TrimStart('.'), "N", out _))
                File.Delete(file);
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes bytes.</summary>
    public static void WriteBytes(string path, ReadOnlyMemory<byte> bytes) => Write(path, stream => stream.Write(bytes.Span));
}
