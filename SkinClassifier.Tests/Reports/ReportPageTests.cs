using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkinClassifier.Metrics;
using SkinClassifier.Reports;
using SkinClassifier.Reports.Page;
using SkinClassifier.Tests.Explanations;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Reports;

public sealed partial class ReportPageTests
{
    private static readonly string Page = ReportPage.Create(SampleReport.Create());

    [Test]
    public void The_page_asks_for_nothing_and_runs_no_script()
    {
        Assert.That(Page, Does.Not.Contain("<script").And.Not.Contain("<link").And.Not.Contain("@import").And.Not.Contain("url("));
        string[] sources = [.. Source().Matches(Page).Select(m => m.Groups[1].Value)];
        Assert.That(sources, Is.Not.Empty.And.All.StartsWith("data:image/jpeg;base64,"));
        Assert.That(Page, Does.Not.Contain("http://").And.Not.Contain("https://"));
        Assert.That(Page, Does.Contain("Content-Security-Policy").And.Contain("width=device-width").And.Contain("prefers-color-scheme:dark"));
    }

    [Test]
    public void Every_section_is_there()
    {
        Assert.That(Page, Does.Contain("Not a medical device").And.Contain("Confusion matrix").And.Contain("Calibration").And.Contain("ROC curves")
            .And.Contain("Images per class")
            .And.Contain("All metrics").And.Contain("Most confident correct answers").And.Contain("Most confident wrong answers")
            .And.Contain("Options").And.Contain("Skipped files").And.Contain("Please check").And.Contain("Training"));
        string evaluation = ReportPage.Create(SampleReport.Create(withTraining: false));
        Assert.That(evaluation, Does.Not.Contain("Training").And.Not.Contain("Images per class").And.Contain("Confusion matrix"));
    }

    [Test]
    public void Names_are_escaped_and_the_page_is_well_formed()
    {
        Assert.That(Page, Does.Contain("b&lt;script&gt;").And.Contain("Drawn &lt;images&gt;"));
        string body = Page[Page.IndexOf("<main>", StringComparison.Ordinal)..(Page.IndexOf("</main>", StringComparison.Ordinal) + 7)];
        string xml = Void().Replace(body, "<$1$2/>").Replace("&nbsp;", "&#160;");
        XElement main = XElement.Parse(xml);
        Assert.That(main.Descendants("svg").Count(s => (string?)s.Attribute("role") == "img"), Is.EqualTo(5));
        Assert.That(main.Descendants("figure").Count(), Is.GreaterThanOrEqualTo(8));
        foreach (XAttribute attribute in main.Descendants().Attributes()
            .Where(a => a.Name.LocalName is "x" or "y" or "cx" or "cy" or "points" or "width" or "height" or "style"))
            Assert.That(attribute.Value, Does.Not.Contain("NaN").And.Not.Contain("∞").And.Not.Contain("Infinity"));
    }

    [Test]
    public void Contents_lead_to_every_section_and_tables_can_be_read_without_a_mouse()
    {
        string[] links = [.. Regex.Matches(Page, "<li><a href=\"#([^\"]*)\">").Select(m => m.Groups[1].Value)];
        string[] sections = [.. Regex.Matches(Page, "<section class=\"card\"[^>]* id=\"([^\"]*)\"").Select(m => m.Groups[1].Value)];
        Assert.That(links, Is.EqualTo(sections.Except(["please-check"])).And.Unique, "what is to be checked stands above the contents");
        Assert.That(links, Does.Contain("operating").And.Contain("what-to-do-next").And.Contain("confusion-matrix").And.Contain("all-metrics"));
        Assert.That(Regex.Count(Page, "<section class=\"card\">"), Is.Zero, "every section has an id");
        Assert.That(Regex.Matches(Page, "<thead>.*?</thead>", RegexOptions.Singleline).Select(m => m.Value), Has.None.Contains("<th>"));
        string[] tables =
            [.. Regex.Matches(Page, "<div class=\"scroll\"( tabindex=\"0\" role=\"region\" aria-label=\"Table: ([^\"]+)\")?>").Select(m => m.Groups[2].Value)];
        Assert.That(tables, Has.Length.GreaterThan(5).And.Unique.And.All.Not.Empty);
        Assert.That(Regex.Matches(Page, "<svg [^>]*>").Select(m => m.Value), Has.All.Contains("role=\"img\" aria-label=").Or.Contain("aria-hidden=\"true\""));
        Assert.That(Regex.Count(Page, "<td class=\"name\">"), Is.Zero, "a row's name is its heading");
        Assert.That(Regex.Match(Page, "<(a|button|summary|input)[ >][^>]*>").Value, Is.EqualTo($"<a class=\"skip\" href=\"#{links[0]}\">"),
            "the first stop skips the contents");
        int[] levels = [.. Regex.Matches(Page, "<h([1-6])[ >]").Select(m => m.Groups[1].Value[0] - '0')];
        Assert.That(levels.Zip(levels.Skip(1)).Where(l => l.Second > l.First + 1), Is.Empty, "no level of headings is skipped");
        Assert.That(levels.Count(l => l == 1), Is.EqualTo(1));
        Assert.That(Regex.Matches(Page, "<img [^>]*>").Select(m => m.Value), Has.All.Contains("alt="));
        Assert.That(Page, Does.Contain("@media print").And.Contain(":focus-visible").And.Contain("<html lang=\"en\">"));
    }

    [Test]
    public void Every_chart_says_its_numbers_in_words_or_in_a_table()
    {
        Assert.That(Page, Does.Contain("<summary>Numbers: Calibration</summary>").And.Contain("<summary>Numbers: Training</summary>"));
        string[] labels = [.. Regex.Matches(Page, "aria-label=\"((?:ROC|Precision-recall|Loss|Accuracy)[^\"]*)\"").Select(m => m.Groups[1].Value)];
        Assert.That(labels, Has.Length.EqualTo(4).And.All.Match(@"\d\.\d{3}|\d\.\d.%"));
        Assert.That(Page, Does.Contain("<details class=\"long\"><summary>Numbers: Training</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
            + "aria-label=\"Table: Numbers: Training\"><table><thead><tr><th scope=\"col\">epoch</th>")
                .And.Contain("<tr><th scope=\"row\" class=\"name\">2</th>"
            + "<td>head</td><td>1.100</td><td>–</td><td>60.0&#160;%</td><td>–</td></tr>"));
    }

    [Test]
    public void Curves_can_be_told_apart_without_colors_and_have_contrast_on_light_and_dark_ground()
    {
        string[] labels = [.. Enumerable.Range(0, 12).Select(c => $"class {c}")];
        float[] scores = new float[24 * 12];
        for (int i = 0; i < 24; i++)
            scores[i * 12 + (i % 5 == 0 ? (i + 1) % 12 : i % 12)] = 1;
        ImageClassificationMetrics metrics = ImageClassificationMetrics.Compute(labels, [.. Enumerable.Range(0, 24).Select(i => i % 12)], scores);
        string page = ReportPage.Create(SampleReport.Create(8, withTraining: false) with { Metrics = metrics });
        string[] curves =
            [.. Regex.Matches(page, "<line [^>]*class=\"curve\" style=\"stroke:(hsl[^\"]*)\"( stroke-dasharray=\"[^\"]*\")?").Select(m => m.Value)];
        Assert.That(curves.Distinct().Count(), Is.EqualTo(12));
        Assert.That(curves.Count(c => c.Contains("dasharray", StringComparison.Ordinal)), Is.EqualTo(20), "two charts with twelve curves, two of them solid");
        foreach (Match color in Regex.Matches(page, @"hsl\((\d+) (\d+)% (\d+)%\)"))
        {
            double luminance =
                Luminance(double.Parse(color.Groups[1].Value), int.Parse(color.Groups[2].Value) / 100.0, int.Parse(color.Groups[3].Value) / 100.0);
            Assert.That(1.05 / (luminance + 0.05), Is.GreaterThan(3), $"{color.Value} on white");
            Assert.That((luminance + 0.05) / (0.0129 + 0.05), Is.GreaterThan(3), $"{color.Value} on #171e27");
        }
    }

    /// <summary>Relative luminance by way of the color wheel's sectors, WCAG 2.2.</summary>
    private static double Luminance(double hue, double saturation, double lightness)
    {
        double chroma = (1 - Math.Abs(2 * lightness - 1)) * saturation, second = chroma * (1 - Math.Abs(hue / 60 % 2 - 1)), least = lightness - chroma / 2;
        (double r, double g, double b) = (int)(hue / 60) switch
        {
            0 => (chroma, second, 0.0),
            1 => (second, chroma, 0.0),
            2 => (0.0, chroma, second),
            3 => (0.0, second, chroma),
            4 => (second, 0.0, chroma),
            _ => (chroma, 0.0, second),
        };
        static double Linear(double v) => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(r + least) + 0.7152 * Linear(g + least) + 0.0722 * Linear(b + least);
    }

    [Test]
    public void Options_that_were_left_as_they_are_come_after_the_others()
    {
        string page = ReportPage.Create(SampleReport.Create() with { UnchangedOptions = [new("--momentum", "0.9")] });
        Assert.That(page.IndexOf("--momentum", StringComparison.Ordinal), Is.GreaterThan(page.IndexOf("<td>augment</td>", StringComparison.Ordinal)));
        Assert.That(page, Does.Contain("<details class=\"long\"><summary>Options that were left as they are</summary>"));
        Assert.That(Page, Does.Not.Contain("left as they are"));
    }

    [Test]
    public void The_same_report_gives_the_same_page() => Assert.That(ReportPage.Create(SampleReport.Create()), Is.EqualTo(Page));

    [Test]
    public void A_page_without_examples_or_with_many_classes_can_be_written()
    {
        ImageClassificationMetrics none = ImageClassificationMetrics.Compute(["a", "b"], [], []);
        Assert.That(ReportPage.Create(new RunReport { Metrics = none, Examples = [] }), Does.Contain("Measured on 0 images (test set)"));
        string[] labels = [.. Enumerable.Range(0, 60).Select(c => $"class {c}")];
        float[] scores = new float[120 * 60];
        int[] actual = [.. Enumerable.Range(0, 120).Select(i => i % 60)];
        for (int i = 0; i < 120; i++)
            scores[i * 60 + (i % 7 == 0 ? (i + 1) % 60 : i % 60)] = 1;
        RunReport many = SampleReport.Create(40, withTraining: false) with { Metrics = ImageClassificationMetrics.Compute(labels, actual, scores) };
        Assert.That(ReportPage.Create(many), Does.Contain("most frequent of the confusions"));
    }

    [TestCase(8, "over 3 images")]
    [TestCase(60, "over 4 images")]
    public void With_its_model_the_page_shows_where_it_looked(int perClass, string trust)
    {
        RunReport report = SampleReport.Create(perClass, withTraining: false) with { Model = SmallModels.Create(SampleReport.Labels) };
        string page = ReportPage.Create(report);
        Assert.That(page, Does.Contain("<h2>Where the model looked</h2>").And.Contain(trust).And.Contain("it proves nothing"));
        string section = page[page.IndexOf("id=\"heat-maps\"", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("</section>", StringComparison.Ordinal)];
        string[] texts = [.. Alternative().Matches(section).Select(m => m.Groups[1].Value)];
        Assert.That(texts, Has.Length.InRange(1, 8));
        Assert.That(texts, Has.All.Match(@"/bild \d+\.png and its heat map\. Grad-CAM for .+: the (map is empty|places with .+, around the [a-z ]+\.)"));
        Assert.That(Source().Matches(section).Select(m => m.Groups[1].Value), Has.All.StartsWith("data:image/jpeg;base64,"));
        Assert.That(section.Length, Is.LessThan(8 * 60_000));
        Assert.That(ReportPage.Create(report), Is.EqualTo(page), "the same report gives the same page");
        Assert.That(Page, Does.Not.Contain("Where the model looked"));
    }

    [Test]
    public void Two_images_are_too_few_to_check_the_maps()
    {
        RunReport report = SampleReport.Create(withTraining: false);
        ImageClassificationMetrics two = ImageClassificationMetrics.Compute(SampleReport.Labels, [0, 1], [0, 1, 0, 1, 0, 0]);
        report = report with { Metrics = two, Examples = [.. report.Examples.Take(2)], Model = SmallModels.Create(SampleReport.Labels) };
        string page = ReportPage.Create(report);
        Assert.That(page, Does.Contain("was not checked, because there are few images; `skinclassifier explain &lt;model.zip&gt;"));
    }

    [Test]
    public void A_network_without_a_feature_map_has_a_sentence_instead_of_maps()
    {
        RunReport report = SampleReport.Create(withTraining: false);
        ImageClassificationMetrics two = ImageClassificationMetrics.Compute(["in", "out"], [0, 1], [0, 1, 1, 0]);
        report = report with { Metrics = two, Examples = [.. report.Examples.Take(2)], Model = TinyNetworks.Pixels() };
        Assert.That(ReportPage.Create(report), Does.Contain("This network has no feature map that Grad-CAM could read.").And.Contain("--method occlusion"));
    }

    [TestCase(0.0, 1.0, 1.0, 0.0, 1.0, 0.2)]
    [TestCase(0.31, 0.93, 1.0, 0.2, 1.0, 0.2)]
    [TestCase(0.0, 1.73, 100.0, 0.0, 2.0, 0.5)]
    [TestCase(0.5, 0.5, 1.0, 0.44, 0.56, 0.02)]
    public void Scales_have_round_steps(double low, double high, double limit, double expectedLow, double expectedHigh, double expectedStep)
    {
        (double l, double h, double step) = LineChart.NiceScale(low, high, limit);
        Assert.That(new[] { l, h, step }, Is.EqualTo(new[] { expectedLow, expectedHigh, expectedStep }).Within(1e-9));
    }

    [Test]
    public void The_model_card_says_what_it_is_and_what_it_is_not()
    {
        string card = ModelCard.Create(SampleReport.Create());
        TestContext.Out.WriteLine(card);
        Assert.That(card, Does.Contain("Not a medical device").And.Contain("small_cnn").And.Contain("from scratch")
            .And.Contain("| class | train | validation | test |").And.Contain("Macro AUC").And.Contain("## Limits"));
    }

    [GeneratedRegex("src=\"([^\"]{0,40})")]
    private static partial Regex Source();

    [GeneratedRegex("alt=\"([^\"]*)")]
    private static partial Regex Alternative();

    [GeneratedRegex("<(img|br|meta)([^>]*)>")]
    private static partial Regex Void();
}
