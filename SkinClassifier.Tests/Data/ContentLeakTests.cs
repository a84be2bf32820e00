using System.Text;
using System.Text.Json;
using SkinClassifier.Data;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Data;

/// <summary>Equal content never falls into two sets by chance, and is reported where it was put there.</summary>
public sealed class ContentLeakTests
{
    private TestImages _images = null!;

    [SetUp]
    public void Prepare() => _images = new TestImages();

    [TearDown]
    public void CleanUp() => _images.Dispose();

    [Test]
    public void A_random_split_keeps_equal_content_together_across_groups()
    {
        // In blocks of four images of a class: two contents, each twice, and three lesions, of which the middle one has both contents.
        List<ImageSource> sources = [];
        for (int i = 0; i < 96; i++)
        {
            (int block, int place, int label) = (i / 8, i % 8 / 2, i % 2);
            sources.Add(new ImageSource($"{i:00}.png", label == 0 ? "a" : "b",
                TestImages.Png(block * 4 + place / 2 * 2 + label))
            {
                Columns =
                    new Dictionary<string, string> { ["lesion"] = $"{block}-{(place + 1) / 2}-{label}" }
            });
        }
        ImageDataset data = ImageDataset.FromMemory(sources);
        foreach (string? groupBy in (string?[])[null, "lesion"])
            for (ulong seed = 1; seed < 6; seed++)
            {
                DatasetSplits sets = data.Split(0.2, 0.3, groupBy, seed);
                Assert.That(ContentLeaks.Between(sets).Contents, Is.Zero, $"{groupBy} {seed}");
                Assert.That(new[] { sets.Train, sets.Validation, sets.Test }.Select(s => s.Examples.Count), Is.All.GreaterThan(0));
            }
        int[] fold = StratifiedFolds.Assign(data.Examples, 3, 1);
        Assert.That(data.Examples.Index().GroupBy(e => e.Item.ContentHash).Select(g => g.Select(e => fold[e.Index]).Distinct().Count()), Is.All.EqualTo(1));
    }

    [Test]
    public void Groups_that_share_content_through_others_are_one()
    {
        ImageExample[] chain =
        [
            new ImageExample("1", "a", null, null) { Group = "z", ContentHash = "X" },
            new ImageExample("2", "a", null, null) { Group = "y", ContentHash = "X" },
            new ImageExample("3", "a", null, null) { Group = "y", ContentHash = "W" }, new ImageExample("4", "a", null, null) { ContentHash = "W" },
            new ImageExample("5", "a", null, null),
        ];
        Assert.That(GroupKeys.Of(chain), Is.EqualTo(new[] { "g:y", "g:y", "g:y", "g:y", "p:5" }));
    }

    [Test]
    public void Equal_content_across_given_sets_is_reported_with_counts_and_files()
    {
        foreach (string set in new[] { "train", "test" })
            foreach (string label in new[] { "a", "b" })
                for (int i = 0; i < 3; i++)
                    _images.Add($"{set}/{label}/{set}{i}.png", set[1] * 100 + label[0] * 10 + i);
        _images.Add("test/a/copy.png", 'r' * 100 + 'a' * 10 + 1);
        _images.Add("train/a/twin.png", 'r' * 100 + 'a' * 10);
        DatasetSplits sets = ImageDataset.FromFolder(_images.Root).Split(0, 0.2);
        ContentLeaks leaks = ContentLeaks.Between(sets);
        Assert.That((leaks.Contents, leaks.Images), Is.EqualTo((1, 2)));
        Assert.That(leaks.Items[0].Paths, Is.EqualTo(new[] { "train/a/train1.png", "test/a/copy.png" }));
        Assert.That(leaks.Items[0].Sets, Is.EqualTo(new[] { "train", "test" }));
        Assert.That(sets.Train.Warnings, Has.Some.Contains("train/a/train1.png [train] = test/a/copy.png [test]"));
        using MemoryStream stream = new();
        RunReport report = SampleReport();
        MetricsJson.Write(stream, report.Metrics, leaks);
        using JsonDocument json = JsonDocument.Parse(Encoding.UTF8.GetString(stream.ToArray()));
        JsonElement written = json.RootElement.GetProperty("leaks");
        Assert.That((written.GetProperty("contents").GetInt32(), written.GetProperty("images").GetInt32()), Is.EqualTo((1, 2)));
        Assert.That(written.GetProperty("files")[0].GetProperty("paths").EnumerateArray().Select(p => p.GetString()), Is.EqualTo(leaks.Items[0].Paths));
        string page = ReportPage.Create(report with { Leaks = leaks });
        Assert.That(page, Does.Contain("<li>Remove the copies: 2 images hold contents that are both trained from and measured"), "the first advice");
        Assert.That(page, Does.Contain("2 images hold 1 contents").And.Contain("test/a/copy.png (test)"));
        Assert.That(ReportPage.Create(report), Does.Not.Contain("id=\"leaks\""), "not known");
    }

    [Test]
    public void A_model_knows_the_images_it_was_trained_with()
    {
        ImageDataset data = SmallModels.Dataset(8);
        SeenContent seen = SeenContent.Of(data.Examples)!;
        Assert.That(seen.Count, Is.EqualTo(data.Examples.Select(e => e.ContentHash).Distinct().Count()));
        SeenContent again = SeenContent.FromBytes(seen.ToBytes(), "test");
        Assert.That(data.Examples.Select(e => again.Contains(e.ContentHash!)), Is.All.True);
        Assert.That(again.Contains(new string('0', 64)), Is.False);
        Assert.That(() => SeenContent.FromBytes(new byte[9], "model.zip: seen"),
            Throws.InstanceOf<SkinClassifier.Common.InvalidContentException>().With.Message.Contains("8 bytes per image"));
        Assert.That(SeenContent.Union([seen, null]), Is.Null);
        SeenContent first = SeenContent.Of(data.Examples.Take(3))!, second = SeenContent.Of(data.Examples.Skip(2).Take(3))!;
        Assert.That(first.With(second).ToBytes(), Is.EqualTo(SeenContent.Of(data.Examples.Take(5))!.ToBytes()));
        Assert.That(first.With(null).ToBytes(), Is.EqualTo(first.ToBytes()), "what is known stays known");
    }

    [Test]
    public void Measured_images_that_a_teacher_has_seen_are_leaks_and_those_that_only_train_are_not()
    {
        DatasetSplits sets = SmallModels.Dataset(12).Split(0.2, 0.3);
        ImageExample taught = sets.Test.Examples[0];
        SeenContent seen = SeenContent.Of([.. sets.Train.Examples, .. sets.Validation.Examples, taught])!;
        ContentLeaks leaks = ContentLeaks.Between(sets, sets.Test.Examples, seen);
        Assert.That(leaks.Items.Select(i => (i.Paths[0], i.Sets[0], i.SeenInTraining)), Is.EqualTo(new[] { (taught.Path, "test", true) }));
        Assert.That((leaks.Copies.Count(), leaks.Seen.Count()), Is.EqualTo((0, 1)));
        Assert.That(leaks.Warning(), Does.Contain("1 were among the images that the model, or its teacher, was trained with"));
        Assert.That(ContentLeaks.Between(sets, sets.Test.Examples, null).Contents, Is.Zero);
        string page = ReportPage.Create(SampleReport() with { Leaks = leaks });
        Assert.That(page, Does.Contain("<li>Measure on other images: the model, or its teacher, was trained with 1 of the measured ones")
            .And.Not.Contain("Remove the copies"));
    }

    private static RunReport SampleReport() => SkinClassifier.Tests.Reports.SampleReport.Create();
}
