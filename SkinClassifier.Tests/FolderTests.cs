namespace SkinClassifier.Tests;

/// <summary>Tests that each have a folder of their own, made before any other set-up and deleted at the end.</summary>
public abstract class FolderTests
{
    private protected TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateTemporaryFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteTemporaryFolder() => _folder.Dispose();
}
