using System.Security;
using System.Text.Json;

namespace SkinClassifier.Training.Projects;

/// <summary>
/// Gets a file of a NuGet package as any project would: `dotnet restore` of a small project in a temporary folder, with the sources, rights and package
/// folder of the user's nuget.config, that of the working folder included. The package stays in the user's package folder.
/// </summary>
internal static class RestoredPackage
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(30);

    /// <summary>Path of <paramref name="file"/> in the package, restored when it is not here.</summary>
    /// <param name="id">Name of the package.</param>
    /// <param name="version">Its version.</param>
    /// <param name="file">The file's path inside the package, with slashes.</param>
    /// <param name="otherwise">The command for a file that was got by hand.</param>
    /// <param name="cancellationToken">Ends the restore.</param>
    /// <param name="configuration">Folder whose nuget.config, and those above, name the sources. Default: the working folder.</param>
    /// <exception cref="InputException">There is no SDK, or NuGet does not get the package, or it has no such file.</exception>
    public static async Task<string> FindAsync(string id, string version, string file, string otherwise, CancellationToken cancellationToken,
        string? configuration = null)
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-").FullName, wanted = $"{id} {version}";
        try
        {
            Write(folder, id, version, configuration ?? Directory.GetCurrentDirectory());
            (bool? reached, string text) = await ProjectRestore.RunAsync(folder, cancellationToken, Longest);
            if (reached != true)
                throw new InputException($"{wanted}: expected the package from NuGet, received: {Reason(text)}. Check the sources of nuget.config, or get "
                    + $"the package by hand and run: {otherwise}");
            foreach (string packages in PackageFolders(Path.Combine(folder, "obj", "project.assets.json")))
                if (Path.Combine(packages, id.ToLowerInvariant(), version, file) is string path && File.Exists(path))
                    return Path.GetFullPath(path);
            throw new InputException($"{wanted}: expected {file} in the package, found no such file. The package is another one or damaged: delete it from "
                + $"NuGet's package folder (dotnet nuget locals global-packages --list) and run this command again.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Write(string folder, string id, string version, string configuration)
    {
        // Nothing above the temporary folder may change the project.
        foreach (string name in (string[])["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"])
            File.WriteAllText(Path.Combine(folder, name), "<Project />\n");
        File.WriteAllText(Path.Combine(folder, "weights.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net{Environment.Version.Major}.0</TargetFramework>
                <NuGetAudit>false</NuGetAudit>
                <RestoreRootConfigDirectory>{SecurityElement.Escape(configuration)}</RestoreRootConfigDirectory>
              </PropertyGroup>
              <ItemGroup><PackageDownload Include="{id}" Version="[{version}]" /></ItemGroup>
            </Project>
            """);
    }

    /// <summary>The first error that `dotnet restore` printed, without the project's path and the full stop.</summary>
    private static string Reason(string text)
    {
        string line = text.Split('\n').FirstOrDefault(l => l.Contains("error ", StringComparison.Ordinal)) ?? text.ReplaceLineEndings(" ");
        int start = line.IndexOf("error ", StringComparison.Ordinal), end = line.LastIndexOf(" [", StringComparison.Ordinal);
        line = end > start ? line[..end] : line;
        return (start < 0 ? line : line[(start + "error ".Length)..]).Trim().TrimEnd('.');
    }

    private static string[] PackageFolders(string assets)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(assets));
        return [.. document.RootElement.GetProperty("packageFolders").EnumerateObject().Select(p => p.Name)];
    }
}
