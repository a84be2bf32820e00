namespace SkinClassifier.Hosting;

/// <summary>What tells one content of a file from the next without reading it: the file that a path leads to after all links, its size and times.</summary>
internal readonly record struct FileVersion(string? RealPath, long Length, DateTime Written, DateTime Created)
{
    private const int MaxLinks = 40;

    /// <summary>The version of the file at <paramref name="path"/>; without a <see cref="RealPath"/> where there is none, or it cannot be looked at.</summary>
    public static FileVersion Of(string path)
    {
        try
        {
            string real = Resolve(path);
            FileInfo file = new(real);
            return file.Exists ? new FileVersion(real, file.Length, file.LastWriteTimeUtc, file.CreationTimeUtc) : default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return default;
        }
    }

    /// <summary>The path without links, neither of the file nor of the folders above it; a container's volume exchanges a link above the file.</summary>
    /// <exception cref="IOException">The links form a circle.</exception>
    internal static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        for (int links = 0; links <= MaxLinks; links++)
        {
            if (WithoutFirstLink(full) is not { } next)
                return full;
            full = next;
        }
        throw new IOException($"{path}: expected at most {MaxLinks} links on the way to the file, received more. The links form a circle.");
    }

    private static string? WithoutFirstLink(string full)
    {
        string current = Path.GetPathRoot(full)!;
        string[] parts = full[current.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            string parent = current;
            current = Path.Combine(parent, parts[i]);
            if (new FileInfo(current).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([parent, target, .. parts[(i + 1)..]]));
        }
        return null;
    }
}
