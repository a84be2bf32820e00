using System.Formats.Tar;

namespace SkinClassifier.Common;

/// <summary>
/// Tells files from pipes, sockets and devices without opening them: opening a pipe can wait forever, and a device may have no end.
/// </summary>
internal static class FileKind
{
    private const int TypePlace = 156;

    /// <summary>
    /// What there is at <paramref name="path"/> when it is no file ("a named pipe", "a device" …), links followed; null for a file, and where there
    /// is nothing.
    /// </summary>
    /// <exception cref="IOException">A link leads in a circle.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way must not be looked into.</exception>
    public static string? OtherThanFile(string path)
    {
        FileInfo info = new(path);
        if ((int)info.Attributes == -1)
            return null;
        string? link = (info.Attributes & FileAttributes.ReparsePoint) != 0 ? info.LinkTarget : null;
        if (link is not null)
        {
            if (info.ResolveLinkTarget(returnFinalTarget: true) is not FileInfo { Exists: true } target)
                return $"a link to '{link}', which is not a file";
            info = target;
        }
        if ((info.Attributes & FileAttributes.Directory) != 0)
            return "a folder";
        // Everything that has a length is a file; pipes, sockets and devices have none, like empty files.
        return info.Length > 0 ? null : KindOfEmpty(info.FullName);
    }

    /// <summary>Refuses what is no file.</summary>
    /// <exception cref="UnsupportedContentException">There is a pipe, a socket, a device or a folder.</exception>
    /// <inheritdoc cref="OtherThanFile"/>
    public static void Require(string path)
    {
        if (OtherThanFile(path) is { } kind)
            throw new UnsupportedContentException($"{path}: expected a file, received {kind}. It is not opened. Remove it, or copy its content into a file.");
    }

    // An entry of a tar archive says what a path is, and writing one opens nothing but files.
    private static string? KindOfEmpty(string path)
    {
        using MemoryStream archive = new();
        try
        {
            using TarWriter writer = new(archive, TarEntryFormat.Ustar, leaveOpen: true);
            writer.WriteEntry(path, "x");
        }
        catch (IOException error) when (error is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return "a socket or another special file";
        }
        return (TarEntryType)archive.GetBuffer()[TypePlace] switch
        {
            TarEntryType.Fifo => "a named pipe",
            TarEntryType.CharacterDevice or TarEntryType.BlockDevice => "a device",
            _ => null,
        };
    }
}
