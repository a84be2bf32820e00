using System.Security;
using System.Text;
using SkinClassifier.Common;

namespace SkinClassifier.Training.Projects;

/// <summary>
/// A small project that uses a model: files from the folder Templates with {{Name}}-like places filled in. project.xml becomes
/// the project file, gitignore .gitignore; nuget.config is written only where a package source is given.
/// </summary>
internal sealed class ProjectTemplate
{
    private const string Prefix = "Templates/";
    private readonly string[] _folders;

    private ProjectTemplate(params string[] folders) => _folders = folders;

    /// <summary>The template of "console" or "webapi", for SkinClassifier's packages or ML.NET's.</summary>
    public static ProjectTemplate Of(string kind, bool mlNet) => mlNet ? new("common", "mlnet", $"mlnet-{kind}") : new("common", kind);

    /// <summary>All templates' resources, "folder/file".</summary>
    public static IEnumerable<string> Resources => typeof(ProjectTemplate).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..].Replace('\\', '/')).Order(StringComparer.Ordinal);

    /// <summary>The files of the project with their texts.</summary>
    /// <param name="values">What stands in the places; without "Feed" no nuget.config is written.</param>
    public IEnumerable<(string File, string Text)> Files(IReadOnlyDictionary<string, string> values)
    {
        foreach (string resource in Resources)
        {
            string[] splits = resource.Split('/');
            if (!_folders.Contains(splits[0]) || (splits[1] == "nuget.config" && !values.ContainsKey("Feed")))
                continue;
            string file = splits[1] switch { "project.xml" => $"{values["Name"]}.csproj", "gitignore" => ".gitignore", _ => splits[1] };
            yield return (file, Fill(Text(resource), values, isXml: splits[1] is "project.xml" or "nuget.config"));
        }
    }

    /// <summary>Writes the project with the model beside it.</summary>
    public void Write(string folder, string modelPath, IReadOnlyDictionary<string, string> values)
    {
        foreach ((string file, string text) in Files(values))
            AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        using FileStream model = new(modelPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        AtomicFile.Write(Path.Combine(folder, "model.zip"), model.CopyTo);
    }

    private static string Fill(string text, IReadOnlyDictionary<string, string> values, bool isXml)
    {
        foreach ((string package, string version) in PackageVersions.All)
            text = text.Replace($"{{{{Version:{package}}}}}", version, StringComparison.Ordinal);
        foreach ((string name, string value) in values)
            text = text.Replace($"{{{{{name}}}}}", isXml ? SecurityElement.Escape(value) : value, StringComparison.Ordinal);
        return text;
    }

    private static string Text(string resource)
    {
        using Stream stream = typeof(ProjectTemplate).Assembly.GetManifestResourceStream(Prefix + resource)
            ?? throw new InvalidOperationException($"The program does not hold its template {resource}. Install it again.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
