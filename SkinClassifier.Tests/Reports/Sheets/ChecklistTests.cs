using SkinClassifier.Common;
using SkinClassifier.Reports;
using SkinClassifier.Reports.Sheets;

namespace SkinClassifier.Tests.Reports.Sheets;

public sealed class ChecklistTests : FolderTests
{
    [Test]
    public void Tripod_has_its_52_items_and_claim_its_44()
    {
        Assert.That(TripodChecklist.Instance.Items.Select(i => i.Number), Is.EqualTo(new[] { "1", "2", "3a", "3b", "3c", "4", "5a", "5b", "6a", "6b", "6c", "7",
            "8a", "8b", "8c", "9a", "9b", "9c", "10", "11", "12a", "12b", "12c", "12d", "12e", "12f", "12g", "13", "14", "15", "16", "17", "18a", "18b", "18c",
            "18d", "18e", "18f", "19", "20a", "20b", "20c", "21", "22", "23a", "23b", "24", "25", "26", "27a", "27b", "27c" }));
        Assert.That(ClaimChecklist.Instance.Items.Select(i => i.Number), Is.EqualTo(Enumerable.Range(1, 44).Select(n => $"{n}")));
    }

    [Test]
    public void Every_item_is_answered_or_marked_and_has_words_of_its_own()
    {
        foreach (Checklist list in (ReadOnlySpan<Checklist>)[TripodChecklist.Instance, ClaimChecklist.Instance])
        {
            Assert.That(list.Items.Where(i => i.ToWrite is null && i.FromRun is null).Select(i => i.Number), Is.Empty, "nothing would stand there");
            Assert.That(list.Items.Select(i => i.Asks), Is.Unique.And.All.EndsWith("?"));
            Assert.That(list.Items.Select(i => i.ToWrite).OfType<string>(), Has.All.EndsWith("."));
            RunReport report = SampleReport.Create(withTraining: false);
            report.Write(_folder.File(list.Name));
            string text = list.Fill(RunFacts.Read(_folder.File(list.Name)), "run");
            string[] items = text.Split("\n### ")[1..];
            Assert.That(items, Has.Length.EqualTo(list.Items.Count));
            foreach ((ChecklistItem item, string written) in list.Items.Zip(items))
                Assert.That(written, Does.StartWith($"{item.Number} {item.Topic}\n\n*{item.Asks}*\n\n").And.Match(@"\*\n\n[\s\S]{15,}"), item.Number);
        }
    }

    [Test]
    public void The_document_lists_the_items_that_a_run_fills()
    {
        string[] lines =
            [.. File.ReadAllLines(Path.Combine(SharedFiles.Repository, "docs", "sheets.md")).SkipWhile(l => l != "| checklist | items filled | from |")
            .Skip(2).TakeWhile(l => l.StartsWith('|'))];
        int claim = Array.FindIndex(lines, l => l.StartsWith("| CLAIM", StringComparison.Ordinal));
        Assert.That(Items(lines[..claim]), Is.EqualTo(Filled(TripodChecklist.Instance)));
        Assert.That(Items(lines[claim..]), Is.EqualTo(Filled(ClaimChecklist.Instance)));

        static IEnumerable<string> Items(IEnumerable<string> rows) => rows.SelectMany(r => r.Split('|')[2].Split(',', StringSplitOptions.TrimEntries));
        static IEnumerable<string> Filled(Checklist list) => list.Items.Where(i => i.FromRun is not null).Select(i => i.Number);
    }

    [Test]
    public void What_a_folder_does_not_say_is_marked()
    {
        SampleReport.Create(withTraining: false).Write(_folder.File("run"));
        string text = ClaimChecklist.Instance.Fill(RunFacts.Read(_folder.File("run")), "run");
        Assert.That(
            text, Does.Contain("### 22 Model").And.Contain("### 23 Software\n\n*Which software and versions?*\n\n**To be written by the authors:** all of it; "
            + "the files of this run do not say it."), "there is no config.json and no model");
        Assert.That(
            text, Does.Contain("### 30 Robustness\n\n*Was it looked at how changed images or assumptions change the results?*\n\n**To be written by the "
            + "authors:** other analyses of this kind."), "no corrupted images were measured");
    }

    [Test]
    public void A_file_that_is_no_metrics_json_is_refused()
    {
        File.WriteAllText(_folder.File("metrics.json"), "{ \"labels\": 3 }");
        Assert.That(() => RunFacts.Read(_folder.FullPath), Throws.TypeOf<InvalidContentException>().With.Message.Contains("expected the metrics of a run"));
        File.WriteAllText(_folder.File("metrics.json"), "{");
        Assert.That(
            () => RunFacts.Read(_folder.FullPath), Throws.TypeOf<InvalidContentException>().With.Message.Contains("expected JSON, received something else in"));
    }

    [Test]
    public void The_card_of_a_run_has_the_sections_of_model_cards_and_says_what_was_not_measured()
    {
        string card = ModelCard.Create(SampleReport.Create());
        Assert.That(System.Text.RegularExpressions.Regex.Matches(card, "^## (.*)$", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(m => m.Groups[1].Value.Split(" on ")[0]), Is.EqualTo(new[] { "Model details", "Intended use", "Out of scope", "Factors",
                "Training and evaluation data", "Training", "Decision rule and abstention", "Scores", "Operating points", "Calibration", "Robustness", "Limits",
                "Weights, license and source", "How to repeat it" }));
        Assert.That(card, Does.Contain("## Robustness\n\nNot measured in this run.").And.Contain("no subgroup was measured").And.Not.Contain("seconds"),
            "the card in model.zip has no times: the same training gives the same bytes");
    }
}
