using System.Security.Cryptography;

namespace SkinClassifier.Data;

/// <summary>
/// Finds the files that a table names: the path as it stands there, relative to a folder or absolute, with or without ending; then by its name
/// anywhere below the folder. Of several files with the name, the one that shares most folders with the path counts, or any when all have the same
/// content.
/// </summary>
internal sealed class ImageFinder(string root)
{
    private static readonly string[] _extensions = [".jpg", ".jpeg", ".png", ".bmp", ".gif", ".JPG", ".JPEG", ".PNG"];
    private Dictionary<string, List<string>>? _byName;

    /// <summary>Why a file was not found.</summary>
    public const string Absent = "There is no such file.";

    /// <summary>Folder that was searched, full path.</summary>
    public string Root => root;

    /// <summary>Whether a file was found by its name below the folder.</summary>
    public bool FoundBelow { get; private set; }

    /// <summary>Whether an ending belongs to an image format that is read.</summary>
    public static bool IsImageName(string name) => _extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Full path of the file that <paramref name="name"/> names; null with a reason when there is none, or several that differ.</summary>
    public string? Find(string name, out string reason)
    {
        reason = Absent;
        string[] forms = [.. new[] { name, name.Trim(), name.Trim().Replace('\\', '/') }.Distinct(StringComparer.Ordinal).Where(f => f.Length > 0)];
        foreach (string form in forms)
            foreach (string extension in (string[])["", .. _extensions])
                if (File.Exists(Path.Combine(root, form + extension)))
                    return Path.GetFullPath(Path.Combine(root, form + extension));
        return forms.Length == 0 ? null : FindBelow(forms[^1], ref reason);
    }

    private string? FindBelow(string path, ref string reason)
    {
        string[] steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (steps.Length == 0)
            return null;
        string last = steps[^1];
        _byName ??= Index();
        // A file of another format (x.png for x.jpg) counts where the table's own is not there.
        if (!_byName.TryGetValue(Key(last), out List<string>? found)
            && !(IsImageName(last) && _byName.TryGetValue(Key(Path.GetFileNameWithoutExtension(last)), out found)))
            return null;
        List<(string File, int Shared)> ranked = [.. found.Select(f => (f, SharedSteps(steps, f)))];
        int most = ranked.Max(r => r.Shared);
        string[] best = [.. ranked.Where(r => r.Shared == most).Select(r => r.File)];
        string[] exact = [.. best.Where(f => Path.GetFileNameWithoutExtension(f) == Path.GetFileNameWithoutExtension(last))];
        if (exact.Length > 0)
            best = exact;
        if (best.Length > 1 && !AreEqual(best))
        {
            reason = $"{best.Length} different files have this name: {string.Join(", ", best.Take(3).Select(f => Path.GetRelativePath(root, f)))}. "
                + $"Write the folder into the path, or name one with --image-folder (ImageFolder).";
            return null;
        }
        FoundBelow = true;
        return best[0];
    }

    /// <summary>How many steps of a path, counted from its end, are those of a file; the ending of the last one does not count.</summary>
    private static int SharedSteps(string[] steps, string file)
    {
        string[] own = file.Split(Path.DirectorySeparatorChar);
        int shared = 1;
        while (shared < steps.Length && shared < own.Length
            && string.Equals(Key(steps[^(shared + 1)]), Key(own[^(shared + 1)]), StringComparison.OrdinalIgnoreCase))
            shared++;
        return shared;
    }

    private static bool AreEqual(string[] files)
    {
        if (files.Select(f => new FileInfo(f).Length).Distinct().Skip(1).Any())
            return false;
        return !files.Select(Hash).Distinct(StringComparer.Ordinal).Skip(1).Any();
    }

    private static string Hash(string file)
    {
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexString(SHA256.HashData(stream));
    }

    /// <summary>All files below the folder by their names, and images also by their names without ending.</summary>
    private Dictionary<string, List<string>> Index()
    {
        Dictionary<string, List<string>> index = new(StringComparer.OrdinalIgnoreCase);
        foreach (string file in new FolderScanner(root, [], []).CollectAll())
        {
            Add(Path.GetFileName(file), file);
            if (IsImageName(file))
                Add(Path.GetFileNameWithoutExtension(file), file);
        }
        return index;

        void Add(string name, string file)
        {
            if (!index.TryGetValue(Key(name), out List<string>? files))
                index.Add(Key(name), files = []);
            files.Add(file);
        }
    }

    private static string Key(string name) => CanonicalForm.Of(name.Trim());
}
