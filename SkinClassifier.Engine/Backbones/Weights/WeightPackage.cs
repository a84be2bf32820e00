namespace SkinClassifier.Backbones.Weights;

/// <summary>A NuGet package that holds a weight file.</summary>
/// <param name="Id">Name of the package.</param>
/// <param name="File">Path of the file inside the package, with slashes.</param>
internal sealed record WeightPackage(string Id, string File)
{
    private const string Scheme = "nuget";

    /// <summary>Where the package's own build puts the file, as a path below the application: its path without the first folder.</summary>
    public string BesideApplication => File[(File.IndexOf('/') + 1)..];

    /// <summary>The package that an address names, "nuget:PACKAGE/PATH"; null for every other address.</summary>
    public static WeightPackage? Of(Uri address) =>
        address.Scheme == Scheme && address.AbsolutePath.Split('/', 2) is [{ Length: > 0 } id, { Length: > 0 } file] ? new WeightPackage(id, file) : null;
}
