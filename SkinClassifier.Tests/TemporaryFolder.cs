namespace SkinClassifier.Tests;

/// <summary>A folder of its own for one test, deleted with all content at the end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => FullPath = Directory.CreateTempSubdirectory("skinclassifier-").FullName;

    public string FullPath { get; }

    public string File(string relative) => System.IO.Path.Combine(FullPath, relative);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
