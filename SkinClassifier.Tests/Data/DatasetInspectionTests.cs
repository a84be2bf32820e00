using System.Text.Json;
using SkinClassifier.Data;

namespace SkinClassifier.Tests.Data;

public sealed class DatasetInspectionTests
{
    private TestImages _images = null!;

    [SetUp]
    public void MakeFolder() => _images = new TestImages();

    [TearDown]
    public void RemoveFolder() => _images.Dispose();

    private DatasetInspection Inspect(string? groupBy = null)
    {
        for (int i = 0; i < 6; i++)
            _images.Add($"a/{i}.png", i);
        _images.Add("a/large.png", TestImages.Png(50, 20, 10));
        _images.Add("a/copy of 0.png", 0);
        _images.Add("b/x.png", 90);
        _images.Add("b/also 1.png", 1);
        _images.AddText("b/text.png", "no image");
        byte[] damaged = TestImages.Png(77);
        damaged[^20] ^= 0xFF;
        _images.Add("b/damaged.png", damaged);
        _images.AddText("metadata.csv", "file,lesion\n0.png,L1\n1.png,L1\nx.png,L2\n");
        return DatasetInspection.Inspect(ImageDataset.FromFolder(_images.Root, new ImageDatasetOptions { MinimumClasses = 1, GroupBy = groupBy }));
    }

    [Test]
    public void Counts_sizes_damage_and_duplicates_are_found()
    {
        DatasetInspection found = Inspect("lesion");
        Assert.That(found.Count, Is.EqualTo(10));
        Assert.That(found.Classes.Select(c => (c.Label, c.Count)), Is.EqualTo(new[] { ("a", 8), ("b", 2) }));
        Assert.That(found.Imbalance, Is.EqualTo(4));
        Assert.That(found.Sizes, Is.EqualTo(new[] { new SizeCount(8, 6, 9), new SizeCount(20, 10, 1) }));
        Assert.That(found.Formats.Single(), Is.EqualTo(new KeyValuePair<string, int>("PNG", 10)));
        Assert.That(found.Unreadable.Select(u => u.Path), Is.EqualTo(new[] { "b/damaged.png", "b/text.png" }));
        Assert.That(found.Duplicates.Select(d => string.Join('=', d.Paths)), Is.EqualTo(new[] { "a/0.png=a/copy of 0.png", "a/1.png=b/also 1.png" }));
        Assert.That(found.Duplicates.Select(d => d.Labels.Count), Is.EqualTo(new[] { 1, 2 }));
        Assert.That((found.Groups, found.LargestGroup), Is.EqualTo(((int?)9, (int?)2)));
        Assert.That(found.Bytes, Is.GreaterThan(10 * 60));
    }

    [Test]
    public void Text_and_json_tell_the_same()
    {
        DatasetInspection found = Inspect();
        string text = found.ToString();
        TestContext.Out.WriteLine(text);
        Assert.That(text, Does.Contain("10 images, 2 classes").And.Contain("8×6 (9)").And.Contain("b/damaged.png: ")
            .And.Contain("in different classes!").And.Contain("4 : 1"));
        JsonElement json = JsonDocument.Parse(found.ToJson()).RootElement;
        Assert.That(json.GetProperty("count").GetInt32(), Is.EqualTo(10));
        Assert.That(json.GetProperty("classes")[0].GetProperty("share").GetDouble(), Is.EqualTo(0.8));
        Assert.That(json.GetProperty("unreadable").GetArrayLength(), Is.EqualTo(2));
        Assert.That(json.GetProperty("duplicates")[1].GetProperty("labels").GetArrayLength(), Is.EqualTo(2));
        Assert.That(json.GetProperty("groups").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(json.GetProperty("sizes")[1].GetProperty("width").GetInt32(), Is.EqualTo(20));
    }

    [Test]
    public void Parts_are_counted_and_duplicates_across_parts_are_told()
    {
        foreach (string split in new[] { "train", "test" })
            foreach (string label in new[] { "a", "b" })
                for (int i = 0; i < 2; i++)
                    _images.Add($"{split}/{label}/{split}{i}.png", label[0] * 10 + i + (split == "test" ? 5 : 0));
        _images.Add("test/a/leak.png", 'a' * 10);
        DatasetInspection found = DatasetInspection.Inspect(ImageDataset.FromFolder(_images.Root));
        Assert.That(found.Classes[0].BySplit, Is.EqualTo(new Dictionary<DatasetSplit, int> { [DatasetSplit.Train] = 2, [DatasetSplit.Test] = 3 }));
        Assert.That(found.Duplicates.Single().Splits,
            Is.EqualTo(new[] { DatasetSplit.Test, DatasetSplit.Train }).Or.EqualTo(new[] { DatasetSplit.Train, DatasetSplit.Test }));
        Assert.That(found.ToString(), Does.Contain("in different sets!").And.Contain("train"));
    }

    [Test]
    public void Cancelling_stops_the_inspection()
    {
        ImageDataset dataset = TestImages.Memory([5, 5]);
        Assert.That(() => DatasetInspection.Inspect(dataset, cancellationToken: new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
