using System.Text.RegularExpressions;
using SkinClassifier.Audit;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Reports;
using SkinClassifier.Tests.Audit;

namespace SkinClassifier.Tests.Reports;

public sealed partial class DatasetReportTests : FolderTests
{
    [Test]
    public void The_page_shows_what_was_found_and_needs_nothing_else()
    {
        string page = SampleDatasetReport.Create(_folder).ToHtml();
        string[] titles = [.. Heading().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.That(titles, Is.EqualTo(new[] { "What to do next", "Warnings", "Classes", "Sizes and formats", "Metadata", "Contact sheet", "Same content",
            "Near duplicates", "Image quality", "Odd sizes", "Unreadable files", "Label suspects" }));
        Assert.That(page, Does.StartWith("<!DOCTYPE html>").And.Contain("Not a medical device").And.Contain("<nav class=\"card toc\"")
            .And.Contain("several sets").And.Contain("no image.png").And.Contain("suggested <b>b</b>"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("http://").And.Not.Contain("https://").And.Not.Contain("src=\"/"));
        Assert.That(page, Does.Not.Contain("a <b>&"), "names are escaped");
        Assert.That(Alternative().Matches(page), Has.Count.GreaterThan(20));
        Assert.That(Alternative().Matches(page).Select(m => m.Groups[1].Value), Has.All.Not.Empty);
        Assert.That(page.Length, Is.LessThan(3_000_000));
        // What leaks comes before what only lies close.
        Assert.That(page.IndexOf("different sets</b>", StringComparison.Ordinal), Is.GreaterThan(0));
    }

    [Test]
    public void Advice_follows_from_what_was_found()
    {
        string[] steps = [.. DatasetNextSteps.Of(SampleDatasetReport.Create(_folder))];
        Assert.That(steps[0], Does.StartWith("Remove the copies that stand in several sets (1 contents)"));
        Assert.That(steps, Has.Some.Match("^Look at the \\d+ pairs of near duplicates in different sets: "));
        Assert.That(steps, Has.Some.StartsWith("Copy 1 unreadable file again, or delete them."));
        Assert.That(steps, Has.Some.StartsWith("Collect more images: no class has 50"));
        Assert.That(steps, Has.Some.StartsWith("Review 1 doubtful label"));
        Assert.That(steps, Has.Some.StartsWith("Keep the images of one lesion_id in one set (--group-by lesion_id)"));
        Assert.That(steps, Has.Some.Contains("of an odd size or shape"));
        DatasetInspection clean = DatasetAudit.Inspect(ImageDataset.FromMemory([.. SkinDrawing.Sources(60).Take(120)]), null, null, null, default);
        clean.NearDuplicates = [];
        Assert.That(DatasetNextSteps.Of(new DatasetReport(clean, [])), Has.Exactly(1).Items.And.Some.StartsWith("Add a metadata.csv"));
    }

    [Test]
    public void The_page_does_not_depend_on_threads_and_can_be_cancelled()
    {
        DatasetReport report = SampleDatasetReport.Create(_folder);
        Assert.That(report.ToHtml(workers: new WorkerPool(3)), Is.EqualTo(report.ToHtml(workers: new WorkerPool(1))));
        Assert.That(() => report.ToHtml(cancellationToken: new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void The_contact_sheet_goes_through_every_class_at_even_steps()
    {
        DatasetInspection found = DatasetInspection.Inspect(SkinClassifier.Tests.Data.TestImages.Memory([48, 5]));
        ImageExample[][] chosen = SkinClassifier.Reports.Page.ContactSheetSection.Chosen(found);
        Assert.That(chosen[0].Select(e => e.Path), Is.EqualTo(Enumerable.Range(0, 12).Select(i => $"a/{4 * i + 2:0000}.png")));
        Assert.That(chosen[1].Select(e => e.Path), Is.EqualTo(Enumerable.Range(48, 5).Select(i => $"b/{i - 48:0000}.png")));
    }

    [TestCase("20;30;40;50;60;70;80;90;100;110", "numbers from 20 to 110, median 70, half of them from 40 to 90")]
    [TestCase("male;male;female;", "male 66.7\u00A0%, female 33.3\u00A0%; 1 images have none")]
    [TestCase(";NA", "empty")]
    [TestCase("a1;a2;a3;a4;a5;a6;a7;a8;a9;b0", "10 different values")]
    public void A_column_is_told_in_a_line(string values, string expected)
    {
        string[] all = values.Split(';');
        ImageDataset data = ImageDataset.FromMemory([.. all.Select((v, i) => new ImageSource($"{i}.png", i % 2 == 0 ? "a" : "b",
            SkinClassifier.Tests.Data.TestImages.Png(i)) { Columns = new Dictionary<string, string> { ["x"] = v } })],
            new ImageDatasetOptions { MinimumClasses = 1 });
        Assert.That(SkinClassifier.Reports.Page.MetadataSection.Distribution(data.Examples, "x"), Is.EqualTo(expected));
    }

    [GeneratedRegex("<h2>([^<]*)</h2>")]
    private static partial Regex Heading();

    [GeneratedRegex("<img alt=\"([^\"]*)\"")]
    private static partial Regex Alternative();
}
