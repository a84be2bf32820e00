namespace SkinClassifier.Tests;

/// <summary>
/// Real images and networks beside the repository: folder named by SKINCLASSIFIER_TEST_DATA, by default "shared" beside the repository.
/// A test that needs them is skipped with a message where they are absent.
/// </summary>
public static class SharedFiles
{
    /// <summary>The repository's root: the folder that holds SkinClassifier.sln.</summary>
    public static string Repository { get; } = FindRepository();

    private static string Root =>
        Environment.GetEnvironmentVariable("SKINCLASSIFIER_TEST_DATA") is { Length: > 0 } named ? named : Path.Combine(Repository, "..", "shared");

    /// <summary>Full path of a file or folder in the shared folder; the test is skipped when it is absent.</summary>
    public static string Need(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([Root, .. parts]));
        if (!File.Exists(path) && !Directory.Exists(path))
            Assert.Ignore($"{string.Join('/', parts)} is not in the test data folder (SKINCLASSIFIER_TEST_DATA, by default 'shared' beside the repository).");
        return path;
    }

    /// <summary>Full path of a committed asset; it must exist.</summary>
    public static string Asset(params string[] parts) => Path.Combine([Repository, "assets", .. parts]);

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "SkinClassifier.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds SkinClassifier.sln.");
    }
}
