using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

public sealed class DatasetSplitterTests
{
    private TestImages _images = null!, _elsewhere = null!;

    private string Output => Path.Combine(_elsewhere.Root, "out");

    [SetUp]
    public void MakeFolders() => (_images, _elsewhere) = (new TestImages(), new TestImages());

    [TearDown]
    public void RemoveFolders()
    {
        _images.Dispose();
        _elsewhere.Dispose();
    }

    private ImageDataset Dataset()
    {
        for (int i = 0; i < 20; i++)
        {
            _images.Add($"a/img {i}.png", i);
            _images.Add($"b ø/deep/er/b{i}.png", 100 + i);
        }
        _images.AddText("metadata.csv", "lesion,image\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"A{i / 2},img {i}\nB{i / 2},b{i}\n")));
        return ImageDataset.FromFolder(_images.Root);
    }

    [Test]
    public void The_copied_folder_reads_back_as_the_same_parts()
    {
        ImageDataset dataset = Dataset();
        DatasetSplits splits = DatasetSplitter.Split(dataset, Output, 0.1, 0.2, groupBy: "lesion", seed: 3);
        ImageDataset copy = ImageDataset.FromFolder(Output, new ImageDatasetOptions { GroupBy = "lesion" });
        DatasetSplits again = copy.Split(0.1, 0.2);
        Assert.That(Names(again.Train), Is.EqualTo(Names(splits.Train)));
        Assert.That(Names(again.Validation), Is.EqualTo(Names(splits.Validation)));
        Assert.That(Names(again.Test), Is.EqualTo(Names(splits.Test)));
        Assert.That(copy.Examples.Select(e => e.Group), Is.All.Not.Null);
        Assert.That(copy.Examples.Select(e => e.Path), Has.Some.StartsWith("train/b ø/deep/er/b"));
        Assert.That(File.ReadAllText(Path.Combine(Output, "metadata.csv")), Is.EqualTo(File.ReadAllText(Path.Combine(_images.Root, "metadata.csv"))));
        Assert.That(Directory.GetFileSystemEntries(_elsewhere.Root), Has.Length.EqualTo(1), "no temporary folder is left");

        static string[] Names(ImageDataset d) => [.. d.Examples.Select(e => e.Path.Split('/')[^1]).Order(StringComparer.Ordinal)];
    }

    [Test]
    public void Nothing_is_overwritten()
    {
        ImageDataset dataset = Dataset();
        _elsewhere.AddText("out/mine.txt", "keep");
        Assert.That(() => DatasetSplitter.Split(dataset, Output), Throws.InstanceOf<IOException>().With.Message.Contains("nothing is overwritten"));
        Assert.That(
            () => DatasetSplitter.Split(dataset, Path.Combine(_images.Root, "split")), Throws.ArgumentException.With.Message.Contains("outside the dataset"));
        Assert.That(File.ReadAllText(Path.Combine(Output, "mine.txt")), Is.EqualTo("keep"));
    }

    [Test]
    public void Cancelling_and_errors_leave_nothing_behind()
    {
        ImageDataset dataset = Dataset();
        using CancellationTokenSource source = new();
        Assert.That(() => DatasetSplitter.Split(dataset, Output, progress: (done, _) =>
        {
            if (done == 7)
                source.Cancel();
        }, cancellationToken: source.Token), Throws.InstanceOf<OperationCanceledException>());
        File.Delete(dataset.Examples[^1].File!);
        Assert.That(() => DatasetSplitter.Split(dataset, Output), Throws.InstanceOf<IOException>());
        Assert.That(Directory.GetFileSystemEntries(_elsewhere.Root), Is.Empty);
    }

    [Test]
    public void Images_from_memory_get_folders_and_a_metadata_file()
    {
        List<ImageSource> sources = [];
        for (int i = 0; i < 12; i++)
            sources.Add(new ImageSource($"upload {i / 2}/../same.png{i}", i % 2 == 0 ? "x" : "y",
                TestImages.Png(i))
            { Columns = new Dictionary<string, string> { ["age"] = $"{i}, about" } });
        DatasetSplitter.Split(ImageDataset.FromMemory(sources), Output, 0, 0.5);
        ImageDataset copy = ImageDataset.FromFolder(Output);
        Assert.That(copy.Examples, Has.Count.EqualTo(12));
        Assert.That(copy.Examples.Select(e => e.Split).Distinct(), Is.EquivalentTo(new[] { DatasetSplit.Train, DatasetSplit.Test }));
        Assert.That(copy.Examples.Select(e => e.Columns["age"]), Is.Unique.And.All.EndsWith(", about"));
    }

    [TestCase("../outside")]
    [TestCase(".hidden")]
    public void Class_names_that_are_no_folder_names_are_refused(string label)
    {
        ImageDataset dataset = ImageDataset.FromMemory([new ImageSource("1", label, TestImages.Png(1)), new ImageSource("2", "fine", TestImages.Png(2))]);
        Assert.That(() => DatasetSplitter.Split(dataset, Output), Throws.ArgumentException.With.Message.Contains(label));
        Assert.That(Directory.GetFileSystemEntries(_elsewhere.Root), Is.Empty);
    }
}
