using System.Text.RegularExpressions;

namespace SkinClassifier.Training.Projects;

/// <summary>Versions of other packages, as this program was built and tested with: the repository's Directory.Packages.props, embedded.</summary>
internal static partial class PackageVersions
{
    private const string Resource = "Directory.Packages.props";

    /// <summary>Version of every package by its name.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Read();

    private static Dictionary<string, string> Read()
    {
        using Stream stream = typeof(PackageVersions).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The program does not hold {Resource}. Install it again.");
        using StreamReader reader = new(stream);
        return PackageVersion().Matches(reader.ReadToEnd()).ToDictionary(m => m.Groups["id"].Value, m => m.Groups["version"].Value, StringComparer.Ordinal);
    }

    [GeneratedRegex("<PackageVersion Include=\"(?<id>[^\"]+)\" Version=\"(?<version>[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex PackageVersion();
}
