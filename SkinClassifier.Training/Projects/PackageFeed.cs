using System.Reflection;
using System.Text.RegularExpressions;
using SkinClassifier.Models;

namespace SkinClassifier.Training.Projects;

/// <summary>Which version of SkinClassifier's packages a written project names.</summary>
internal static partial class PackageFeed
{
    /// <summary>Version of the packages that belong to this program.</summary>
    public static string OwnVersion { get; } =
        (typeof(ImageClassificationModel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    /// <summary>The version in a folder that all <paramref name="packages"/> have: this program's own, else the newest.</summary>
    /// <exception cref="InputException">The folder does not exist or lacks a package; the text says how to make it.</exception>
    public static string Version(string folder, IReadOnlyList<string> packages)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"--package-source {folder}: expected a folder with packages, found none. {HowToPack(folder, packages)}");
        HashSet<string>? common = null;
        foreach (string package in packages)
        {
            HashSet<string> versions = [.. Directory.EnumerateFiles(folder, $"{package}.*.nupkg", SearchOption.AllDirectories)
                .Select(f => PackageName().Match(Path.GetFileName(f)))
                .Where(m => m.Success && m.Groups["id"].Value.Equals(package, StringComparison.OrdinalIgnoreCase)).Select(m => m.Groups["version"].Value)];
            if (versions.Count == 0)
                throw new InputException($"--package-source {folder}: expected {package}.VERSION.nupkg in it, found none. {HowToPack(folder, packages)}");
            if (common is null)
                common = versions;
            else
                common.IntersectWith(versions);
        }
        if (common is not { Count: > 0 })
            throw new InputException($"--package-source {folder}: expected {string.Join(" and ", packages)} in one version, found only different "
                + $"ones. {HowToPack(folder, packages)}");
        return common.Contains(OwnVersion) ? OwnVersion : common.OrderDescending(Comparer<string>.Create(Compare)).First();
    }

    /// <summary>What to type in the repository to make the packages.</summary>
    public static string HowToPack(string folder, IReadOnlyList<string> packages)
        => $"In SkinClassifier's repository: "
            + $"{string.Join(" ; ", packages.Select(p => $"dotnet pack {p} -c Release -o {(folder.Contains(' ') ? $"\"{folder}\"" : folder)}"))}";

    /// <summary>Order of versions: numbers first, then a version without a label after all with one, then the labels' text.</summary>
    internal static int Compare(string left, string right)
    {
        (Version leftNumbers, string leftLabel) = Split(left);
        (Version rightNumbers, string rightLabel) = Split(right);
        int byNumbers = leftNumbers.CompareTo(rightNumbers);
        return byNumbers != 0 ? byNumbers
            : (leftLabel.Length == 0) != (rightLabel.Length == 0) ? (leftLabel.Length == 0 ? 1 : -1)
            : string.CompareOrdinal(leftLabel, rightLabel);
    }

    private static (Version Numbers, string Label) Split(string version)
    {
        int dash = version.IndexOf('-');
        string numbers = dash < 0 ? version : version[..dash];
        return (System.Version.TryParse(numbers, out Version? parsed) ? parsed : new Version(0, 0), dash < 0 ? "" : version[(dash + 1)..]);
    }

    [GeneratedRegex(@"^(?<id>.+?)\.(?<version>\d+(\.\d+){1,3}(-[0-9A-Za-z.-]+)?)\.nupkg$", RegexOptions.CultureInvariant)]
    private static partial Regex PackageName();
}
