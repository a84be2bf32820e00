using System.Text.Json;
using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Audit;

public sealed class NearDuplicateTests
{
    private static readonly string[] _labels = [.. SyntheticDataset.Labels];

    private static RgbImage Drawn(int number) => SyntheticDataset.Draw(_labels[number % _labels.Length], (ulong)number + 50, 96);

    private static RgbImage Brighter(RgbImage image)
    {
        RgbImage bright = image.RotateQuarterTurns(0);
        foreach (ref byte value in bright.Pixels)
            value = (byte)Math.Min(255, 1.15 * value + 6);
        return bright;
    }

    private static byte[] Copy(RgbImage image, string change) => change switch
    {
        "turned" => image.RotateQuarterTurns(1).EncodePng(),
        "upside down" => image.RotateQuarterTurns(2).EncodePng(),
        "mirrored" => image.FlipHorizontal().EncodePng(),
        "mirrored and turned" => image.FlipVertical().RotateQuarterTurns(3).EncodePng(),
        "cropped" => image.Crop(5, 5, 86, 86).EncodePng(),
        "recompressed" => image.EncodeJpeg(40),
        "brightness" => Brighter(image).EncodePng(),
        "smaller" => image.Resize(64, 64).EncodeJpeg(85),
        _ => throw new ArgumentOutOfRangeException(nameof(change)),
    };

    private static List<ImageSource> Sources(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new ImageSource($"{i:00}.png", _labels[i % _labels.Length], Drawn(i).EncodePng()))];

    [TestCase("turned")]
    [TestCase("upside down")]
    [TestCase("mirrored")]
    [TestCase("mirrored and turned")]
    [TestCase("cropped")]
    [TestCase("recompressed")]
    [TestCase("brightness")]
    [TestCase("smaller")]
    public void A_changed_copy_is_the_closest_pair(string change)
    {
        List<ImageSource> sources = Sources(12);
        sources.Add(new ImageSource("copy.png", _labels[1], Copy(Drawn(5), change)));
        NearDuplicatePair first = Inspect(ImageDataset.FromMemory(sources)).NearDuplicates![0];
        Assert.That((first.First.Path, first.Second.Path), Is.EqualTo(("05.png", "copy.png")));
        // A crop of another aspect keeps less of its detail in place.
        Assert.That(first.Distance, Is.LessThan(0.03));
    }

    [Test]
    public void Different_images_are_no_sure_pairs() =>
        Assert.That(Inspect(ImageDataset.FromMemory(Sources(12))).NearDuplicates!.Where(p => p.Distance < NearDuplicates.SureDistance), Is.Empty);

    [Test]
    public void Images_of_one_group_are_left_out()
    {
        List<ImageSource> sources =
        [
            .. Sources(4),
            new ImageSource("one.png", _labels[0], Drawn(9).EncodePng()) { Columns = new Dictionary<string, string> { ["lesion"] = "L" } },
            new ImageSource("two.png", _labels[0], Drawn(9).FlipHorizontal().EncodePng()) { Columns = new Dictionary<string, string> { ["lesion"] = "L" } },
        ];
        bool Finds(string? groupBy) => Inspect(ImageDataset.FromMemory(sources, new ImageDatasetOptions { GroupBy = groupBy })).NearDuplicates!
            .Any(p => (p.First.Path, p.Second.Path) == ("one.png", "two.png"));
        Assert.That(Finds(null), Is.True);
        Assert.That(Finds("lesion"), Is.False);
    }

    [Test]
    public void Json_names_files_groups_labels_sets_and_distance()
    {
        List<ImageSource> sources =
        [
            .. Sources(4),
            new ImageSource("one.png", _labels[0], Drawn(9).EncodePng()) { Split = DatasetSplit.Train },
            new ImageSource("two.png", _labels[1], Drawn(9).EncodeJpeg(60)) { Split = DatasetSplit.Test },
        ];
        DatasetInspection found = Inspect(ImageDataset.FromMemory(sources));
        JsonElement pair = JsonDocument.Parse(found.ToJson()).RootElement.GetProperty("nearDuplicates")[0];
        string?[] Texts(string name) => [.. pair.GetProperty(name).EnumerateArray().Select(e => e.GetString())];
        Assert.That(Texts("files"), Is.EqualTo(new[] { "one.png", "two.png" }));
        Assert.That(Texts("groups"), Is.EqualTo(new string?[] { null, null }));
        Assert.That(Texts("labels"), Is.EqualTo(new[] { _labels[0], _labels[1] }));
        Assert.That(Texts("parts"), Is.EqualTo(new[] { "train", "test" }));
        Assert.That(pair.GetProperty("distance").GetDouble(), Is.InRange(0, 0.3));
        Assert.That(found.ToString(), Does.Contain("one.png ~ two.png").And.Contain("in different classes!, in different sets!"));
    }

    [Test]
    public void More_images_than_candidates_give_the_same_pair_with_any_number_of_threads()
    {
        List<ImageSource> sources = [.. Enumerable.Range(0, 70).Select(i => new ImageSource($"{i:00}.png", _labels[i % 2], Small(i).EncodePng()))];
        sources.Add(new ImageSource("copy.png", _labels[1], Small(7).RotateQuarterTurns(1).EncodeJpeg(80)));
        ImageDataset data = ImageDataset.FromMemory(sources);
        IReadOnlyList<NearDuplicatePair> one = Inspect(data, new WorkerPool(1)).NearDuplicates!, two = Inspect(data, new WorkerPool(2)).NearDuplicates!;
        Assert.That((one[0].First.Path, one[0].Second.Path), Is.EqualTo(("07.png", "copy.png")));
        Assert.That(two.Select(p => (p.First.Path, p.Second.Path, p.Distance)), Is.EqualTo(one.Select(p => (p.First.Path, p.Second.Path, p.Distance))));

        static RgbImage Small(int number) => SyntheticDataset.Draw(_labels[number % _labels.Length], (ulong)number + 50, SyntheticDataset.MinSize);
    }

    [Test]
    public void Blank_and_single_images_have_no_pairs()
    {
        List<ImageSource> blank =
            [.. Enumerable.Range(0, 3).Select(i => new ImageSource($"{i}.png", "a", new RgbImage(9 + i, 9).EncodePng()))];
        ImageDatasetOptions options = new() { MinimumClasses = 1 };
        Assert.That(Inspect(ImageDataset.FromMemory(blank, options)).NearDuplicates, Is.Empty);
        Assert.That(Inspect(ImageDataset.FromMemory(blank[..1], options)).NearDuplicates, Is.Empty);
    }

    private static DatasetInspection Inspect(ImageDataset data, WorkerPool? workers = null) => DatasetAudit.Inspect(data, null, null, null, default, workers);
}
