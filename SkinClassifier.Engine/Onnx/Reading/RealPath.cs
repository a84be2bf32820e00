namespace SkinClassifier.Onnx.Reading;

/// <summary>Where a path really leads: every link on the way is followed, folders too.</summary>
internal static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path without any link in it, or null when its links go in a circle.</summary>
    public static string? Of(string path)
    {
        Stack<string> open = new();
        Push(open, Path.GetFullPath(path), out string real);
        int links = 0;
        while (open.TryPop(out string? part))
        {
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not string target)
            {
                real = next;
                continue;
            }
            if (++links > MaxLinks)
                return null;
            Push(open, Path.GetFullPath(target, real), out real);
        }
        return real;
    }

    /// <summary>Whether <paramref name="path"/> lies in <paramref name="folder"/>; both without links.</summary>
    public static bool IsInside(string folder, string path) =>
        path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static void Push(Stack<string> open, string path, out string root)
    {
        root = Path.GetPathRoot(path)!;
        string[] parts = path[root.Length..].Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
        for (int i = parts.Length - 1; i >= 0; i--)
            open.Push(parts[i]);
    }
}
