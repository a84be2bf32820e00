using System.Xml.Linq;

namespace SkinClassifier.Tests.House;

/// <summary>One C# file: its path below the repository with forward slashes, and its text.</summary>
internal sealed record SourceFile(string Path, string Text)
{
    public bool IsGenerated => Path.EndsWith(".g.cs", StringComparison.Ordinal);

    public string[] Lines => Text.ReplaceLineEndings("\n").Split('\n');
}

/// <summary>One project of the repository: what its file refers to, without what is only built beside it or works while building.</summary>
internal sealed record SourceProject(string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages, IReadOnlyList<SourceFile> Files)
{
    public static SourceProject Read(string file)
    {
        XElement project = XElement.Load(file);
        string folder = Path.GetDirectoryName(file)!;
        return new SourceProject(
            Path.GetFileNameWithoutExtension(file),
            [.. project.Descendants("ProjectReference").Where(r => r.Attribute("ReferenceOutputAssembly")?.Value != "false")
                .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))],
            [.. project.Descendants("PackageReference").Where(r => r.Attribute("PrivateAssets")?.Value != "all").Select(r => r.Attribute("Include")!.Value)],
            [.. SourceFiles.Below(folder, "*.cs").Select(SourceFiles.Read)]);
    }
}

/// <summary>The repository's own projects and C# files, build output and templates of other projects left out.</summary>
internal static class SourceFiles
{
    private static readonly Lazy<IReadOnlyList<SourceProject>> _projects =
        new(() => [.. ProjectFiles().Where(f => !Relative(f).StartsWith("samples/", StringComparison.Ordinal)).Select(SourceProject.Read)]);

    /// <summary>The projects of the table in docs/architecture.md: all but the samples.</summary>
    public static IReadOnlyList<SourceProject> Projects => _projects.Value;

    /// <summary>Every C# file of every project, samples included.</summary>
    public static IEnumerable<SourceFile> All =>
        Projects.SelectMany(p => p.Files).Concat(Below(Path.Combine(SharedFiles.Repository, "samples"), "*.cs").Select(Read));

    /// <summary>Project files, those of templates and samples included.</summary>
    public static IEnumerable<string> ProjectFiles(bool templates = false) =>
        Below(SharedFiles.Repository, "*.csproj").Where(f => templates || !Relative(f).Contains("/Templates/")).Order(StringComparer.Ordinal);

    public static SourceFile Read(string file) => new(Relative(file), File.ReadAllText(file));

    /// <summary>The one file with this path inside a project, for example Graphs/OperatorCatalog.cs.</summary>
    public static SourceFile InSomeProject(string path) => All.Single(f => f.Path[(f.Path.IndexOf('/') + 1)..] == path);

    public static IEnumerable<string> Below(string folder, string pattern) => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(folder, f).Split('/', '\\').Any(part => part is "bin" or "obj" or "artifacts"));

    private static string Relative(string file) => Path.GetRelativePath(SharedFiles.Repository, file).Replace('\\', '/');
}
