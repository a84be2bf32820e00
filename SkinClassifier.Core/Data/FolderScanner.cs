namespace SkinClassifier.Data;

/// <summary>
/// Finds the candidate image files of a dataset folder. Files and folders come in ordinal order of their names; hidden ones are left out;
/// links are followed once, never in a circle. File contents are not looked at.
/// </summary>
internal sealed class FolderScanner
{
    private static readonly EnumerationOptions Everything =
        new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, RecurseSubdirectories = false };
    private readonly string _root, _realRoot;
    private readonly List<string> _warnings;
    private readonly List<SkippedFile> _skipped;

    public FolderScanner(string root, List<string> warnings, List<SkippedFile> skipped)
    {
        _root = root;
        _realRoot = RealPath(root);
        _warnings = warnings;
        _skipped = skipped;
    }

    /// <summary>Visible folders directly in <paramref name="folder"/>, ordinal order of names.</summary>
    public static List<DirectoryInfo> Folders(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateDirectories("*", Everything).Where(IsVisible).OrderBy(d => d.Name, StringComparer.Ordinal)];

    /// <summary>Visible files directly in <paramref name="folder"/>, ordinal order of names.</summary>
    public static List<FileInfo> Files(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFiles("*", Everything).Where(IsVisible).OrderBy(f => f.Name, StringComparer.Ordinal)];

    /// <summary>All visible files in and below <paramref name="folder"/>. A folder that cannot be opened is listed as skipped.</summary>
    public List<string> Collect(string folder)
    {
        List<string> found = [];
        string real = RealPath(folder);
        if (IsAtOrAbove(real, _realRoot))
            _warnings.Add($"{Relative(folder)}: the link leads back to a folder above it and is not followed.");
        else
            Collect(folder, real, new HashSet<string>(StringComparer.Ordinal), found);
        return found;
    }

    /// <summary>All visible files in and below the root.</summary>
    public List<string> CollectAll()
    {
        List<string> found = [];
        Collect(_root, _realRoot, new HashSet<string>(StringComparer.Ordinal), found);
        return found;
    }

    /// <summary>
    /// The files of <see cref="Collect(string)"/>, one at a time and in the order in which the file system has them: only folders are kept in memory.
    /// </summary>
    public IEnumerable<string> Stream(string folder)
    {
        HashSet<string> visited = new(StringComparer.Ordinal);
        Stack<(string Folder, string Real)> open = new([(folder, RealPath(folder))]);
        while (open.TryPop(out (string Folder, string Real) at))
        {
            if (!visited.Add(at.Real))
                continue;
            using IEnumerator<FileSystemInfo> items = new DirectoryInfo(at.Folder).EnumerateFileSystemInfos("*", Everything).GetEnumerator();
            while (Next(items, at.Folder) is { } item)
                if (item is not DirectoryInfo)
                    yield return item.FullName;
                else if (RealPath(item.FullName) is var target && (IsAtOrAbove(target, at.Real) || IsAtOrAbove(target, _realRoot)))
                    _warnings.Add($"{Relative(item.FullName)}: the link leads back to a folder above it and is not followed.");
                else
                    open.Push((item.FullName, target));
        }
    }

    private FileSystemInfo? Next(IEnumerator<FileSystemInfo> items, string folder)
    {
        try
        {
            while (items.MoveNext())
                if (IsVisible(items.Current))
                    return items.Current;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            _skipped.Add(new SkippedFile(Relative(folder), $"The folder cannot be opened. {error.Message}"));
        }
        return null;
    }

    private void Collect(string folder, string real, HashSet<string> visited, List<string> found)
    {
        visited.Add(real);
        List<DirectoryInfo> children;
        try
        {
            found.AddRange(Files(folder).Select(f => f.FullName));
            children = Folders(folder);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            _skipped.Add(new SkippedFile(Relative(folder), $"The folder cannot be opened. {error.Message}"));
            return;
        }
        foreach (DirectoryInfo child in children)
        {
            string target = RealPath(child.FullName);
            if (IsAtOrAbove(target, real))
                _warnings.Add($"{Relative(child.FullName)}: the link leads back to a folder above it and is not followed.");
            else if (visited.Contains(target))
                _warnings.Add($"{Relative(child.FullName)}: the link leads to a folder that is already used and is not followed.");
            else
                Collect(child.FullName, target, visited, found);
        }
    }

    /// <summary>Path below the dataset's folder, with '/'.</summary>
    public string Relative(string path) => Path.GetRelativePath(_root, path).Replace('\\', '/');

    /// <summary>Whether a folder is another one or lies inside it, links followed. It need not exist.</summary>
    public static bool IsInside(string folder, string data) => IsAtOrAbove(RealPath(data), RealPath(folder));

    /// <summary>What is wrong with a folder for results; null: nothing.</summary>
    /// <param name="output">The folder of --output.</param>
    /// <param name="data">The images: a folder, a file, or nothing that exists.</param>
    public static string? OutputError(string? output, string? data) =>
        string.IsNullOrEmpty(output) || string.IsNullOrEmpty(data) || output.Contains('\0') || !Directory.Exists(data) || !IsInside(output, data) ? null
            : $"--output (-o): expected a folder outside the data, received {output}, which is inside {data}, where it would become a class. Name another "
                + "folder.";

    /// <summary>The path without any link in it.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path), root = Path.GetPathRoot(full) ?? "";
        string real = root;
        foreach (string split in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            real = Path.Combine(real, split);
            if (new DirectoryInfo(real).LinkTarget is not null && Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target)
                real = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target.FullName));
        }
        return real;
    }

    private static bool IsAtOrAbove(string folder, string other) => folder == other || other.StartsWith(WithSeparator(folder), StringComparison.Ordinal);

    private static string WithSeparator(string path) => Path.EndsInDirectorySeparator(path) ? path : path + Path.DirectorySeparatorChar;

    // __MACOSX holds what macOS puts into zip files beside the files themselves.
    private static bool IsVisible(FileSystemInfo item) =>
        item.Name[0] != '.' && item.Name != "__MACOSX"
        && (!OperatingSystem.IsWindows() || (item.Attributes & (FileAttributes.Hidden | FileAttributes.System)) == 0);
}
