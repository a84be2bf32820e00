using SkinClassifier.Tests.Reports.Sheets;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ReportVerbTests : FolderTests
{
    [SetUp]
    public void Prepare()
    {
        RedAndGreen.Write(_folder, labelInName: true);
        File.WriteAllLines(_folder.File("data/metadata.csv"), ["file,sex,age,clinic,lesion,copyright_license,attribution", .. ((string[])["red", "green"])
            .SelectMany(
                l => Enumerable.Range(0, 12).Select(i => $"{l}{i}.png,{(i % 3 == 0 ? "" : "male")},{20 + 5 * i},{(i < 3 ? "north" : "south")},{l}{i / 2},"
                + $"{(i < 8 ? "CC-BY-NC" : i < 11 ? "CC-0" : "")},{(l == "red" ? "\"North, \"\"Skin\"\" | clinic\"" : "")}"))]);
    }

    [Test]
    public void Every_number_of_the_checklists_and_the_card_stands_in_the_files_of_the_run()
    {
        Done("train", _folder.File("data"), "-o", _folder.File("run"), "--image-size", "32", "--epochs", "2", "--batch-size", "4", "--group-by", "lesion",
            "--prevalence", "red=0.05", "--subgroups", "clinic", "--threads", "1", "--test", "0.4", "--quiet");
        Done("report", _folder.File("run"), "--tripod", "--claim");
        SheetNumbers files = new(_folder.File("run"), _folder.File("run/model.zip"));
        foreach (string name in (ReadOnlySpan<string>)["tripod.md", "claim.md", "model-card.md"])
        {
            string text = File.ReadAllText(_folder.File($"run/{name}"));
            Assert.That(files.Unknown(text), Is.Empty, name);
            Assert.That(files.Unknown(text + "\nThe recall is 0.61234567 and `another name`, 123,457 images."),
                Is.EqualTo(new[] { "another name", "0.61234567", "123,457" }), "the check can fail");
            Assert.That(text, Does.Contain("groups in train").And.Contain("5.0\u00A0% stated").And.Contain("| clinic | north (few cases) |"));
        }
        string tripod = File.ReadAllText(_folder.File("run/tripod.md"));
        Assert.That(
            tripod, Does.StartWith("# TRIPOD+AI: run\n").And.Contain("The run makes and measures a classifier of images with 2 classes: `green`, `red`.")
            .And.Contain("(the same value of `lesion`)").And.Contain("Measured images without a value of `sex`, a group of their own: "));
        Assert.That(Section(tripod, "23b"), Does.Contain("| clinic | north"));
        Assert.That(
            Section(tripod, "17"), Is.EqualTo("17 Ethics\n\n*Which committee approved the study, and did the patients consent?*\n\n**To be written by the "
            + "authors:** committee, number, and consent or its waiver.\n"));
        Assert.That(File.ReadAllText(_folder.File("run/model-card.md")), Does.Match(@"The epochs of history\.csv \(2\) took \d+\.\d seconds\. Threads: 1 \(\d+ "
            + @"processors\)\. System: `.+, .+`\."));
    }

    [Test]
    public void An_evaluation_is_told_from_its_own_folder_and_from_the_model_where_it_is_still_the_same()
    {
        Models.SmallModels.Create(["green", "red"], size: 16).Save(_folder.File("model.zip"));
        Done("evaluate", _folder.File("model.zip"), _folder.File("data"), "-o", _folder.File("out"), "--quiet");
        Done("report", _folder.File("out"), "--tripod", "-o", _folder.File("one.md"));
        string text = File.ReadAllText(_folder.File("one.md"));
        Assert.That(new SheetNumbers(_folder.File("out"), _folder.File("model.zip")).Unknown(text), Is.Empty);
        Assert.That(Section(text, "12a"), Does.EndWith("\n\nAsked of the article about the development; this run measured a finished model.\n"));
        Assert.That(Section(text, "12f"), Does.Contain("The model was measured as it is; nothing was updated."));
        Assert.That(Section(text, "21"), Does.Contain("| class | measured images |\n|---|--:|\n| green | 12 |\n| red | 12 |\n| all | 24 |"));
        Assert.That(Section(text, "12g"), Does.Contain("SHA-256 of model.zip: `").And.Contain("Predicted class: the highest score."));

        Models.SmallModels.Create(["green", "red"], size: 32).Save(_folder.File("model.zip"));
        Done("report", _folder.File("out"), "--tripod", "-o", _folder.File("two.md"));
        string other = Section(File.ReadAllText(_folder.File("two.md")), "12g");
        Assert.That(other, Does.Contain("SHA-256 of model.zip: `").And.Not.Contain("Predicted class"), "another file stands there now");
    }

    [Test]
    public void A_datasheet_counts_classes_sizes_columns_licenses_and_attributions()
    {
        Done("report", _folder.File("data"), "--datasheet", "-o", _folder.File("sheet.md"), "--group-by", "lesion");
        string sheet = File.ReadAllText(_folder.File("sheet.md"));
        Assert.That(
            sheet, Does.StartWith("# Datasheet: data\n").And.Contain("24 readable images of 2 classes").And.Contain("12 groups; the largest has 2 images.")
            .And.Contain("All classes have the same number of images.").And.Contain("| green | 12 | 50.0\u00A0% |").And.Contain("| 20 × 16 | 24 |")
            .And.Contain("PNG 24 images.").And.Contain("| sex | 16 | 66.7\u00A0% | 1 |"));
        Assert.That(sheet, Does.Contain("## License\n\n| copyright_license | images |\n|---|--:|\n| CC-BY-NC | 16 |\n| CC-0 | 6 |\n| not recorded | 2 |\n"));
        Assert.That(sheet, Does.Contain("## Attribution\n\n| attribution | images |\n|---|--:|\n| North, \"Skin\" \\| clinic | 12 |\n| not recorded | 12 |\n"));
        Assert.That(sheet, Does.Contain("## How it was labeled\n\n**To be written by the authors:** who assigned the classes"));
        File.Delete(_folder.File("data/metadata.csv"));
        Done("report", _folder.File("data"), "--datasheet", "-o", _folder.File("sheet.md"));
        Assert.That(
            File.ReadAllText(_folder.File("sheet.md")), Does.Contain("There is no metadata").And.Contain("**To be written by the authors:** the license of "
            + "the images."));
    }

    [TestCase("report x", "report: expected --tripod, --claim, --datasheet, received none of them.")]
    [TestCase("report x --claim --datasheet", "--claim, --datasheet: expected checklists of a run, or the datasheet of a dataset; received both.")]
    [TestCase("report x --tripod --claim -o a.md", "--output: expected one checklist for one file, received --tripod and --claim for a.md.")]
    [TestCase("report x --claim --group-by lesion", "--group-by: expected --datasheet with it, received --claim.")]
    public void Options_that_do_not_fit_are_refused(string line, string message)
    {
        (int code, _, string error) = Cli.Run(line.Split(' '));
        Assert.That((code, error), Is.EqualTo((2, error)));
        Assert.That(error, Does.Contain(message));
    }

    [Test]
    public void A_folder_without_metrics_is_refused()
    {
        (int code, _, string error) = Cli.Run("report", _folder.File("data"), "--tripod");
        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.Contain("expected an output folder of train or evaluate with metrics.json, found none."));
    }

    private static string Section(string text, string number) =>
        text.Split("\n### ").Single(s => s.StartsWith(number + " ", StringComparison.Ordinal)).Split("\n## ")[0];

    private static void Done(params string[] arguments)
    {
        (int code, _, string error) = Cli.Run(arguments);
        Assert.That(code, Is.Zero, error);
    }
}
