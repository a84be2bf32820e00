namespace SkinClassifier.Tests.House;

/// <summary>The repository's own C# files, generated ones and build output left out where that is asked for.</summary>
internal static class SourceFiles
{
    private static readonly string[] Projects = ["SkinClassifier.Core", "SkinClassifier.Hosting", "SkinClassifier.Training", "SkinClassifier.Tests", "SkinClassifier.Benchmarks", "SkinClassifier.KernelGenerator", "SkinClassifier.Server"];

    public static IEnumerable<string> All() => Projects.Select(p => Path.Combine(SharedFiles.Repository, p)).Where(Directory.Exists).SelectMany(OfFolder);

    public static IEnumerable<(string File, string Room)> OfCore()
    {
        string core = Path.Combine(SharedFiles.Repository, "SkinClassifier.Core");
        return OfFolder(core).Select(f => (f, Path.GetRelativePath(core, f).Split('/', '\\')[0]));
    }

    private static IEnumerable<string> OfFolder(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(folder, f).Split('/', '\\').Any(part => part is "bin" or "obj"));
}
