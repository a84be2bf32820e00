using System.Text.Json;
using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Corruptions;
using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Audit;

public sealed class QualityAuditTests
{
    [Test]
    public void Every_problem_is_found_in_its_image_and_none_in_a_clean_one()
    {
        DatasetQuality found = Inspect(SkinDrawing.Sources()).Quality!;
        ILookup<string, string> byFile = found.Findings.ToLookup(f => f.Image.Path, f => f.Problem);
        foreach (string problem in DatasetQuality.Problems)
            Assert.That(byFile[$"{problem}.png"], Does.Contain(problem), problem);
        foreach (string alone in new[] { DatasetQuality.Glare, DatasetQuality.Blank, DatasetQuality.Border, DatasetQuality.DarkCorners, DatasetQuality.Ruler })
            Assert.That(byFile[$"{alone}.png"], Is.EqualTo(new[] { alone }));
        Assert.That(byFile.Select(f => f.Key), Has.None.StartsWith("clean"));
        Assert.That(found.Findings.Single(f => f.Problem == DatasetQuality.Border).Figure, Is.EqualTo(1.0 / 12).Within(1e-6), "eight of 96 rows");
        Assert.That(found.OddSizes.Select(o => (o.Image.Path, o.Width, o.Height, o.Problem)), Is.EqualTo(new[] { ("tiny.png", 50, 40, "size") }));
        Assert.That(found.Limits[DatasetQuality.Tiny], Is.EqualTo(56));
    }

    [Test]
    public void The_json_names_files_problems_figures_and_counts_and_is_the_same_on_any_number_of_threads()
    {
        List<ImageSource> sources = SkinDrawing.Sources();
        byte[] one = Inspect(sources, new WorkerPool(1)).ToJson(), several = Inspect(sources, new WorkerPool(3)).ToJson();
        Assert.That(several, Is.EqualTo(one));
        JsonElement quality = JsonDocument.Parse(one).RootElement.GetProperty("quality");
        JsonElement border = quality.GetProperty("images").EnumerateArray().Single(i => i.GetProperty("problem").GetString() == "border");
        Assert.That((border.GetProperty("file").GetString(), border.GetProperty("label").GetString(), border.GetProperty("figure").GetDouble()),
            Is.EqualTo(("border.png", "a", 0.083333)));
        JsonElement[] shares = [.. quality.GetProperty("classes").EnumerateArray().Where(c => c.GetProperty("problem").GetString() == "ruler")];
        Assert.That(shares.Select(s => (s.GetProperty("label").GetString(), s.GetProperty("count").GetInt32(), s.GetProperty("isBound").GetBoolean())),
            Is.EqualTo(new[] { ("a", 1, false), ("b", 0, false) }));
        Assert.That(JsonDocument.Parse(one).RootElement.GetProperty("oddSizes")[0].GetProperty("problem").GetString(), Is.EqualTo("size"));
        Assert.That(JsonDocument.Parse(DatasetInspection.Inspect(ImageDataset.FromMemory(sources)).ToJson()).RootElement.GetProperty("quality").ValueKind,
            Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public void A_problem_that_belongs_to_one_class_is_called_a_shortcut()
    {
        List<ImageSource> sources = [.. Enumerable.Range(0, 60).Select(i => new ImageSource($"{i}.png", i % 2 == 0 ? "mel" : "nv",
            (i % 4 == 0 ? SkinDrawing.With(DatasetQuality.DarkCorners, SkinDrawing.Spot(i)) : SkinDrawing.Spot(i)).EncodePng()))];
        DatasetInspection found = Inspect(sources);
        QualityShare bound = found.Quality!.Shares.Single(s => s.IsBound);
        Assert.That((bound.Label, bound.Problem, bound.Count, bound.Share, bound.ShareElsewhere), Is.EqualTo(("mel", "dark-corners", 15, 0.5, 0.0)));
        Assert.That(found.ToString(), Does.Contain("dark-corners is bound to class mel: 50.0 % of its images, 0.0 % of the others"));
    }

    [Test]
    public void Few_images_have_no_limits_that_depend_on_the_others()
    {
        DatasetQuality found = Inspect([.. SkinDrawing.Sources().TakeLast(10)]).Quality!;
        Assert.That(found.Limits[DatasetQuality.Blurred], Is.Zero);
        Assert.That(found.OddSizes, Is.Empty);
        Assert.That(found.Findings.Select(f => f.Problem), Does.Contain(DatasetQuality.Dark).And.Contain(DatasetQuality.Ruler));
    }

    /// <summary>One of 20 ways to draw three of six images has all three that have the problem.</summary>
    [Test]
    public void Fisher_s_exact_test_counts_the_ways()
    {
        double[] logFactorials = [0, 0, Math.Log(2), Math.Log(6), Math.Log(24), Math.Log(120), Math.Log(720)];
        Assert.That(QualityShares.AtLeast(3, 3, 3, 6, logFactorials), Is.EqualTo(1 / 20.0).Within(1e-12));
        Assert.That(QualityShares.AtLeast(2, 3, 3, 6, logFactorials), Is.EqualTo(10 / 20.0).Within(1e-12));
        Assert.That(QualityShares.AtLeast(0, 3, 3, 6, logFactorials), Is.EqualTo(1).Within(1e-12));
    }

    [Test]
    public void Far_is_four_quartile_distances_and_at_least_a_factor_away()
    {
        FarLimits limits = FarLimits.Of([80, 90, 100, 100, 100, 110, 120, 125], 2);
        Assert.That((limits.Low, limits.Middle, limits.High), Is.EqualTo((50.0, 100.0, 200.0)));
        FarLimits wide = FarLimits.Of([10, 50, 100, 200, 1000], 2);
        Assert.That((wide.Low, wide.High), Is.EqualTo((6.25, 1600.0)));
        Assert.That((wide.IsBeyond(6), wide.IsBeyond(7), wide.Distance(1000), wide.Distance(10)), Is.EqualTo((true, false, 10.0, 10.0)));
        Assert.That(FarLimits.Of([], 2).IsBeyond(1e9), Is.False);
    }

    [TestCase(1)]
    [TestCase(5)]
    public void A_drawn_ruler_is_found_at_every_edge_and_size(int severity)
    {
        Corruption ruler = CorruptionCatalog.All.First(c => c.Name == "ruler");
        for (int i = 0; i < 12; i++)
        {
            RgbImage image = ruler.Apply(SkinDrawing.Spot(i, i % 2 == 0 ? 200 : 1200, i % 2 == 0 ? 150 : 900), severity, 3, i);
            Assert.That(EdgeMarks.Of(image.Pixels, image.Width, image.Height).Ruler, Is.GreaterThanOrEqualTo(QualityAudit.RulerRegularity), $"image {i}");
        }
    }

    [TestCase(1, 1)]
    [TestCase(3, 2)]
    [TestCase(5000, 2)]
    public void Images_of_any_shape_are_measured(int width, int height)
    {
        EdgeMarks marks = EdgeMarks.Of(new byte[3 * width * height], width, height);
        Assert.That((marks.Border, marks.Ruler), Is.EqualTo((1f, 0f)));
    }

    [Test]
    public void Measuring_allocates_nothing_once_warm()
    {
        RgbImage image = SkinDrawing.Spot(1, 200, 150);
        Assert.That(AllocatedBytes.Of(20, () => EdgeMarks.Of(image.Pixels, image.Width, image.Height)), Is.Zero);
    }

    private static DatasetInspection Inspect(List<ImageSource> sources, WorkerPool? workers = null) =>
        DatasetAudit.Inspect(ImageDataset.FromMemory(sources), null, null, null, default, workers);
}
