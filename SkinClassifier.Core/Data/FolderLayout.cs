using System.Text.RegularExpressions;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>What the folders of a dataset mean: classes, or sets with classes inside; and what looks like a mistake.</summary>
internal sealed partial class FolderLayout
{
    /// <summary>The file by which a run that is under way keeps its output folder.</summary>
    public const string RunningFile = ".run.lock";

    private readonly List<string> _warnings = [];

    /// <summary>Folders of sets; empty where the folders are classes.</summary>
    public List<DirectoryInfo> Sets { get; } = [];

    /// <summary>Folders of classes, with the set they belong to. A class may have a folder in each set.</summary>
    public List<(DirectoryInfo Folder, DatasetSplit Split)> Classes { get; } = [];

    /// <summary>Doubtful things, each a sentence.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>What to name instead, when too few classes are found; null: nothing is known.</summary>
    public string? Hint { get; private set; }

    /// <summary>Looks at the folders in <paramref name="root"/> and those inside; files are not read.</summary>
    /// <exception cref="InvalidContentException">All folders are named as sets and hold images instead of classes.</exception>
    public static FolderLayout Read(string root)
    {
        FolderLayout layout = new();
        List<DirectoryInfo> folders = FolderScanner.Folders(root);
        foreach (DirectoryInfo run in folders.Where(IsRun).ToArray())
        {
            folders.Remove(run);
            if (!File.Exists(Path.Combine(run.FullName, RunningFile)))
                layout._warnings.Add($"Folder '{run.Name}' holds the results of a run and is not used.");
        }
        if (HasSets(folders))
            layout.ReadSets(folders);
        else
            layout.ReadClasses(root, folders);
        return layout;
    }

    private void ReadSets(List<DirectoryInfo> folders)
    {
        foreach (DirectoryInfo child in folders)
            if (SplitNames.Find(child.Name) is { } set)
            {
                Sets.Add(child);
                Classes.AddRange(FolderScanner.Folders(child.FullName).Select(c => (c, set)));
            }
            else
                _warnings.Add($"Folder '{child.Name}' is not one of {SplitNames.List} and is not used.");
        string[] names = [.. Classes.Select(c => c.Folder.Name).Distinct(StringComparer.Ordinal)];
        if (names.Length == 1 && Classes.All(c => IsOnlyFolders(c.Folder)))
            Hint = $"Everything sits one folder deeper, in '{names[0]}' of each set. Move the class folders up: "
                + $"{Sets[0].Name}/{FolderScanner.Folders(Classes[0].Folder.FullName)[0].Name}.";
        else
            WarnOfEqualFolders([.. Classes.Where(c => c.Folder.Parent?.FullName == Sets[0].FullName).Select(c => c.Folder)]);
    }

    private void ReadClasses(string root, List<DirectoryInfo> folders)
    {
        if (folders.Count >= 2 && folders.All(f => SplitNames.Find(f.Name) is not null))
            throw new InvalidContentException($"{root}: expected class folders inside {string.Join(", ", folders.Select(f => f.Name))} "
                + $"({folders[0].Name}/<class>/image.jpg), found none. Make one folder per class in each; where a CSV file tells the classes, name "
                + $"that file instead of the folder.");
        Classes.AddRange(folders.Select(f => (f, DatasetSplit.Unassigned)));
        if (folders.Count == 1 && IsOnlyFolders(folders[0]))
        {
            Hint = $"Everything sits one folder deeper: name {Path.Combine(root, folders[0].Name)} instead.";
            _warnings.Add($"The only class is '{folders[0].Name}'. {Hint}");
        }
        WarnOfEqualFolders(folders);
        if (folders.Count >= 2 && folders.Select(f => Digits().Replace(f.Name, "#")).Distinct(StringComparer.OrdinalIgnoreCase).Count() == 1
            && Piece().IsMatch(folders[0].Name))
            _warnings.Add($"The classes {Quoted(folders)} differ only in a number: they look like pieces of one set of images, not like classes. "
                + $"Where a CSV file tells the classes, name that file.");
    }

    private void WarnOfEqualFolders(List<DirectoryInfo> folders)
    {
        if (folders.Count < 2 || !folders.All(IsOnlyFolders))
            return;
        List<HashSet<string>> inner =
            [.. folders.Select(f => FolderScanner.Folders(f.FullName).Select(i => CanonicalForm.Of(i.Name)).ToHashSet(StringComparer.OrdinalIgnoreCase))];
        string[] common = [.. inner[0].Where(name => inner.All(i => i.Contains(name))).Order(StringComparer.Ordinal)];
        if (common.Length >= 2 && common.All(c => SplitNames.Find(c) is not null))
            _warnings.Add($"The sets ({string.Join(", ", common)}) are inside the classes {Quoted(folders)}, where they are not used: all images of a "
                + $"class are taken together and sets are drawn at random. To keep the sets, turn the folders around: {common[0]}/{folders[0].Name} "
                + $"instead of {folders[0].Name}/{common[0]}.");
        else if (common.Length >= 2 && common.Length * 2 >= inner.Max(i => i.Count))
            _warnings.Add($"The classes are the folders {Quoted(folders)}, and all of them hold the same folders "
                + $"({string.Join(", ", common.Take(5))}{(common.Length > 5 ? " …" : "")}). If {common[0]} and {common[1]} are the classes, name one "
                + $"of the outer folders instead, or, where they are sets, rename them to train, validation and test.");
    }

    private static string Quoted(List<DirectoryInfo> folders) =>
        string.Join(", ", folders.Take(4).Select(f => $"'{f.Name}'")) + (folders.Count > 4 ? " …" : "");

    /// <summary>Whether a folder is the output of a run, finished or under way, that was put beside the classes.</summary>
    private static bool IsRun(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, RunningFile))
        || File.Exists(Path.Combine(folder.FullName, "config.json"))
            && (File.Exists(Path.Combine(folder.FullName, "model.zip")) || Directory.Exists(Path.Combine(folder.FullName, "checkpoint")));

    /// <summary>Whether a folder holds several folders and no image.</summary>
    private static bool IsOnlyFolders(DirectoryInfo folder)
    {
        try
        {
            return FolderScanner.Folders(folder.FullName).Count >= 2 && !FolderScanner.Files(folder.FullName).Any(f => ImageFinder.IsImageName(f.Name));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Folders of sets are used when there is one for training with class folders in it, or when every folder is one with class folders in it.
    /// </summary>
    private static bool HasSets(List<DirectoryInfo> folders)
    {
        DirectoryInfo[] sets = [.. folders.Where(f => SplitNames.Find(f.Name) is not null && FolderScanner.Folders(f.FullName).Count > 0)];
        return sets.Length > 0 && (sets.Length == folders.Count || sets.Any(f => SplitNames.Find(f.Name) == DatasetSplit.Train));
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"(part|image|img|batch|chunk|fold|set|split|folder|dir|piece)s?[ _.-]*\(?\d+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Piece();
}
