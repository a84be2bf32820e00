using SkinClassifier.Audit;
using SkinClassifier.Data;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Audit;

public sealed class AutoGroupTests
{
    private static readonly string[] _labels = [.. SyntheticDataset.Labels];

    private static RgbImage Drawn(int number) => SyntheticDataset.Draw(_labels[number % 2], (ulong)number + 50, 96);

    private static ImageSource Source(string name, int number, byte[] content, string? lesion = null) => new(name, _labels[number % 2], content)
    {
        Columns = lesion is null ? null : new Dictionary<string, string> { ["lesion_id"] = lesion },
    };

    [Test]
    public void No_copy_falls_into_another_set_than_its_original()
    {
        List<ImageSource> sources = [];
        for (int i = 0; i < 10; i++)
        {
            sources.Add(Source($"{i}.png", i, Drawn(i).EncodePng()));
            RgbImage copy = i % 3 == 0 ? Drawn(i).FlipHorizontal() : i % 3 == 1 ? Drawn(i).RotateQuarterTurns(1) : Drawn(i);
            sources.Add(Source($"{i} copy.jpg", i, copy.EncodeJpeg(70)));
        }
        AutoGroups found = AutoGroups.Find(ImageDataset.FromMemory(sources), null);
        Assert.That(found.Column, Is.Null);
        Assert.That(found.Pairs, Has.Count.EqualTo(10));
        for (ulong seed = 1; seed <= 20; seed++)
        {
            DatasetSplits splits = found.Data.Split(0.2, 0.3, seed: seed);
            ImageExample[] all = [.. splits.Train.Examples, .. splits.Validation.Examples, .. splits.Test.Examples];
            foreach (NearDuplicatePair pair in found.Pairs)
                Assert.That(all.Single(e => e.Path == pair.First.Path).Split, Is.EqualTo(all.Single(e => e.Path == pair.Second.Path).Split), pair.First.Path);
        }
    }

    [Test]
    public void A_column_content_and_near_duplicates_make_one_group_together()
    {
        ImageDataset data = ImageDataset.FromMemory(
        [
            Source("a.png", 0, Drawn(0).EncodePng(), "L2"), Source("b.png", 2, Drawn(2).EncodePng(), "L2"),
            Source("c.png", 2, Drawn(2).FlipVertical().EncodeJpeg(80), "L1"), Source("d.png", 4, Drawn(4).EncodePng(), "L3"),
            Source("e.png", 4, Drawn(4).EncodePng(), ""), Source("f.png", 6, Drawn(6).EncodePng(), ""), Source("g.png", 1, Drawn(1).EncodePng(), ""),
        ]);
        AutoGroups found = AutoGroups.Find(data, null);
        Assert.That(found.Column, Is.EqualTo("lesion_id"));
        Assert.That(found.Data.Examples.OrderBy(e => e.Path, StringComparer.Ordinal).Select(e => e.Group),
            Is.EqualTo(new[] { "L1", "L1", "L1", "L3", "L3", null, null }));
    }

    [Test]
    public void Copies_without_a_column_are_named_after_the_first_of_them()
    {
        ImageDataset data = ImageDataset.FromMemory(
            [Source("z.png", 1, Drawn(1).EncodePng()), Source("x.jpg", 0, Drawn(0).EncodeJpeg(60)), Source("y.png", 0, Drawn(0).EncodePng())]);
        Assert.That(AutoGroups.Find(data, null).Data.Examples.ToDictionary(e => e.Path, e => e.Group),
            Is.EqualTo(new Dictionary<string, string?> { ["x.jpg"] = "x.jpg", ["y.png"] = "x.jpg", ["z.png"] = null }));
    }
}
