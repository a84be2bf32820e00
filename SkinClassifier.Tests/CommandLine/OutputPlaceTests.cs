namespace SkinClassifier.Tests.CommandLine;

/// <summary>Results never become a class of the dataset.</summary>
[NonParallelizable]
public sealed class OutputPlaceTests : FolderTests
{
    [TestCase("train")]
    [TestCase("lr-find")]
    [TestCase("features")]
    [TestCase("evaluate", "model.zip")]
    [TestCase("compare-models", "a.zip", "b.zip")]
    public void A_folder_inside_the_images_is_refused(params string[] line)
    {
        string data = _folder.File("data");
        RedAndGreen.Write(_folder);
        foreach (string output in (ReadOnlySpan<string>)[data, Path.Combine(data, "red", "run"), Path.Combine(data, "..", "data", "run")])
        {
            string[] before = Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories);
            (int code, _, string error) = Cli.Run([.. line, data, "-o", output]);
            Assert.That((code, error.Contains($"expected a folder outside the data, received {output}, which is inside {data}", StringComparison.Ordinal)),
                Is.EqualTo((2, true)), error);
            Assert.That(Directory.GetFileSystemEntries(data, "*", SearchOption.AllDirectories), Is.EqualTo(before));
        }
        if (line is ["train"])
            Assert.That(Cli.Run("train", data, "-o", data + "-run", "--backbone", "small_cnn", "--weights", "random", "--image-size", "32", "--epochs", "1",
                "-q").Code, Is.Zero, "a folder beside it is one");
    }
}
