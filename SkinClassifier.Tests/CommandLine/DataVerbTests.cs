using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class DataVerbTests : FolderTests
{
    [Test]
    public void Demo_draws_the_asked_number_and_size_and_says_that_they_are_drawings()
    {
        (int code, _, string error) = Cli.Run("data", "demo", "-o", _folder.File("drawn"), "--per-class", "3", "--size", "48");
        Assert.That(code, Is.Zero, error);
        ImageDataset data = ImageDataset.FromFolder(_folder.File("drawn"), new ImageDatasetOptions { GroupBy = "lesion_id" });
        Assert.That(data.CountByLabel(), Is.All.EqualTo(3));
        Assert.That(data.Examples, Has.All.Property("Group").Not.Null);
        Assert.That(RgbImage.Identify(data.Examples[0].File!), Has.Property("Width").EqualTo(48));
        Assert.That(Directory.GetFiles(_folder.File("drawn"), "README*").Select(File.ReadAllText).Single(), Does.Contain("draw").IgnoreCase);
    }

    [Test]
    public void Inspect_counts_classes_and_names_what_cannot_be_read()
    {
        WriteImages();
        File.WriteAllText(_folder.File("data/red/broken.png"), "broken");
        (int code, string output, string error) = Cli.Run("data", "inspect", _folder.File("data"), "--format", "json");
        Assert.That(code, Is.Zero, error);
        JsonElement json = JsonDocument.Parse(output).RootElement;
        Assert.That(json.GetProperty("count").GetInt32(), Is.EqualTo(20));
        Assert.That(output, Does.Contain("red/broken.png"));
        (code, output, _) = Cli.Run("data", "inspect", _folder.File("data"));
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("green").And.Contain("50.0%"));
    }

    [Test]
    public void Preview_draws_a_sheet()
    {
        WriteImages();
        (int code, _, string error) = Cli.Run("data", "preview", _folder.File("data"), "-o", _folder.File("sheet.png"), "--augment", "strong", "--images", "4");
        Assert.That(code, Is.Zero, error);
        RgbImage sheet = RgbImage.Load(_folder.File("sheet.png"));
        Assert.That(error, Does.Contain($"written: {_folder.File("sheet.png")} (4 images in rows, {sheet.Width}×{sheet.Height} pixels)"));
        Assert.That(sheet.Width, Is.GreaterThan(sheet.Height));
        Assert.That(sheet.Pixels.ToArray().Distinct().Count(), Is.GreaterThan(10));
        Assert.That(Cli.Run("data", "preview", _folder.File("data"), "-o", _folder.File("sheet.png"), "--augment", "wild").Code, Is.EqualTo(2));
    }

    [Test]
    public void Split_copies_every_image_into_one_part_and_does_not_overwrite()
    {
        WriteImages();
        (int code, _, string error) = Cli.Run("data", "split", _folder.File("data"), "-o", _folder.File("parts"), "--validation", "0.2", "--test", "0.3");
        Assert.That(code, Is.Zero, error);
        int Count(string split) => Directory.GetFiles(_folder.File($"parts/{split}"), "*.png", SearchOption.AllDirectories).Length;
        Assert.That((Count("train"), Count("validation"), Count("test")), Is.EqualTo((10, 4, 6)));
        Assert.That(Cli.Run("data", "split", _folder.File("data"), "-o", _folder.File("parts")).Code, Is.EqualTo(3));
    }

    private void WriteImages()
    {
        foreach (string label in new[] { "red", "green" })
            for (int i = 0; i < 10; i++)
            {
                Directory.CreateDirectory(_folder.File($"data/{label}"));
                SmallModels.Plain(label == "red" ? (byte)200 : (byte)i, label == "red" ? (byte)i : (byte)200, 30).Save(_folder.File($"data/{label}/{i}.png"));
            }
    }
}
