using SkinClassifier.Data;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Data.Synthetic;

public sealed class SyntheticDatasetTests
{
    [Test]
    public void Write_fills_one_folder_per_class_and_groups_images_of_one_lesion()
    {
        string folder = Directory.CreateTempSubdirectory("skinclassifier-drawn-").FullName;
        try
        {
            SyntheticDataset.Write(folder, perClass: 5, size: 48, seed: 3);
            Assert.That(Directory.GetDirectories(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), Is.EqualTo(SyntheticDataset.Labels));
            foreach (string label in SyntheticDataset.Labels)
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
            SyntheticDataset.Write(folder, perClass: 5, size: 48, seed: 3);
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
        SyntheticDataset.Write(folder.FullPath, perClass: 6, size: 45);
        ImageDataset data = ImageDataset.FromFolder(folder.FullPath);
        Assert.That(data.Labels, Is.EqualTo(SyntheticDataset.Labels));
        Assert.That(data.Examples, Has.Count.EqualTo(30));
        Assert.That(data.Skipped, Is.Empty);
        Assert.That(data.Warnings, Is.Empty);
        Assert.That(data.Examples.All(example => example.Columns["lesion_id"].StartsWith("DRAWN_", StringComparison.Ordinal)), Is.True);
        TrainTestData splits = data.TrainTestSplit(0.3, "lesion_id");
        Assert.That(splits.TrainSet.Examples.Select(example => example.Columns["lesion_id"])
            .Intersect(splits.TestSet.Examples.Select(example => example.Columns["lesion_id"])), Is.Empty);
    }

    [Test]
    public void Every_image_carries_the_mark(
        [ValueSource(typeof(SyntheticDataset), nameof(SyntheticDataset.Labels))] string label, [Values(45, 128, 256)] int size)
    {
        RgbImage image = SyntheticDataset.Draw(label, 7, size);
        int scale = size < 256 ? 1 : 2, letters = 0;
        RgbImage corner = image.Crop(size - 45 * scale, size - 10 * scale, 45 * scale, 10 * scale);
        for (int i = 0; i < corner.Pixels.Length; i += 3)
            if (corner.Pixels[i] == 235 && corner.Pixels[i + 1] == 235 && corner.Pixels[i + 2] == 235)
                letters++;
        Assert.That(letters, Is.GreaterThanOrEqualTo(104 * scale * scale));
    }

    [Test]
    public void A_cancelled_run_says_so() =>
        Assert.That(() =>
            SyntheticDataset.Write(Path.Combine(Path.GetTempPath(), "skinclassifier-never-" + Guid.NewGuid()), cancellationToken: new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void Wrong_arguments_are_named()
    {
        Assert.That(() => SyntheticDataset.Draw("mole", 1, 128), Throws.ArgumentException.With.Message.Contains("netted_brown"));
        Assert.That(() => SyntheticDataset.Draw("red_lakes", 1, 44), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
