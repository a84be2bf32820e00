using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class DemoVerbTests
{
    [Test]
    public void Data_demo_draws_the_asked_number_and_size_and_says_that_they_are_drawings()
    {
        using TemporaryFolder folder = new();
        (int code, _, string error) = Cli.Run("data", "demo", "-o", folder.File("drawn"), "--per-class", "3", "--size", "48");
        Assert.That(code, Is.Zero, error);
        ImageDataset data = ImageDataset.FromFolder(folder.File("drawn"), new ImageDatasetOptions { GroupBy = "lesion_id" });
        Assert.That(data.CountByLabel(), Is.All.EqualTo(3));
        Assert.That(data.Examples, Has.All.Property("Group").Not.Null);
        Assert.That(RgbImage.Identify(data.Examples[0].File!), Has.Property("Width").EqualTo(48));
        Assert.That(Directory.GetFiles(folder.File("drawn"), "README*").Select(File.ReadAllText).Single(), Does.Contain("draw").IgnoreCase);
    }
}
