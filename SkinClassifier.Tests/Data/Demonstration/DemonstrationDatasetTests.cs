using SkinClassifier.Data;
using SkinClassifier.Data.Demonstration;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Demonstration;

public sealed class DemonstrationDatasetTests
{
    [Test]
    public void Write_fills_one_folder_per_class_and_groups_pictures_of_one_lesion()
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-drawn-").FullName;
        try
        {
            DemonstrationDataset.Write(folder, perClass: 5, size: 48, seed: 3);
            Assert.That(Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(DemonstrationDataset.Labels));
            foreach (string label in DemonstrationDataset.Labels)
                Assert.That(Directory.GetFiles(Path.Combine(folder, label)), Has.Length.EqualTo(5));
            string[][] rows = [.. File.ReadLines(Path.Combine(folder, "metadata.csv")).Select(line => line.Split(','))];
            Assert.That(rows[0], Is.EqualTo(new[] { "image", "label", "lesion_id" }));
            Assert.That(rows, Has.Length.EqualTo(26));
            foreach (IGrouping<string, string[]> lesion in rows.Skip(1).GroupBy(row => row[2]))
            {
                Assert.That(lesion.Count(), Is.InRange(1, 3));
                Assert.That(lesion.Select(row => row[1]).Distinct().Count(), Is.EqualTo(1), "a lesion has one label");
            }
            Assert.That(rows.Skip(1).GroupBy(row => row[2]).Any(lesion => lesion.Count() > 1), Is.True);
            Assert.That(File.ReadAllText(Path.Combine(folder, "README.txt")), Does.Contain("DRAWINGS"));
            string first = Path.Combine(folder, rows[1][1], rows[1][0] + ".png");
            byte[] before = File.ReadAllBytes(first);
            DemonstrationDataset.Write(folder, perClass: 5, size: 48, seed: 3);
            Assert.That(File.ReadAllBytes(first), Is.EqualTo(before), "the same seed gives the same file");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void What_was_written_loads_as_a_dataset_with_groups_and_nothing_skipped()
    {
        using TemporaryFolder folder = new();
        DemonstrationDataset.Write(folder.FullPath, perClass: 6, size: 45);
        ImageDataset data = ImageDataset.FromFolder(folder.FullPath);
        Assert.That(data.Labels, Is.EqualTo(DemonstrationDataset.Labels));
        Assert.That(data.Examples, Has.Count.EqualTo(30));
        Assert.That(data.Skipped, Is.Empty);
        Assert.That(data.Warnings, Is.Empty);
        Assert.That(data.Examples.All(example => example.Columns["lesion_id"].StartsWith("DRAWN_", StringComparison.Ordinal)), Is.True);
        TrainTestData parts = data.TrainTestSplit(0.3, "lesion_id");
        Assert.That(parts.TrainSet.Examples.Select(example => example.Columns["lesion_id"]).Intersect(parts.TestSet.Examples.Select(example => example.Columns["lesion_id"])), Is.Empty);
    }

    [Test]
    public void Every_picture_carries_the_mark([ValueSource(typeof(DemonstrationDataset), nameof(DemonstrationDataset.Labels))] string label, [Values(45, 128, 256)] int size)
    {
        RgbImage image = DemonstrationDataset.Draw(label, 7, size);
        int scale = size < 256 ? 1 : 2, letters = 0;
        RgbImage corner = image.Crop(size - 45 * scale, size - 10 * scale, 45 * scale, 10 * scale);
        for (int i = 0; i < corner.Pixels.Length; i += 3)
            if (corner.Pixels[i] == 235 && corner.Pixels[i + 1] == 235 && corner.Pixels[i + 2] == 235)
                letters++;
        Assert.That(letters, Is.GreaterThanOrEqualTo(104 * scale * scale));
    }

    [Test]
    public void A_cancelled_run_says_so() =>
        Assert.That(() => DemonstrationDataset.Write(Path.Combine(Path.GetTempPath(), "skinclassifier-never-" + Guid.NewGuid()), cancellationToken: new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void Wrong_arguments_are_named()
    {
        Assert.That(() => DemonstrationDataset.Draw("mole", 1, 128), Throws.ArgumentException.With.Message.Contains("netted_brown"));
        Assert.That(() => DemonstrationDataset.Draw("red_lakes", 1, 44), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
