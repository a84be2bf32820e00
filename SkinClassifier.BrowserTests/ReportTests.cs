using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SkinClassifier.Reports;
using SkinClassifier.Tests;
using SkinClassifier.Tests.Reports;

namespace SkinClassifier.BrowserTests;

/// <summary>
/// report.html in a browser: no rule of WCAG is broken, nothing is wider than a phone, the keyboard reaches everything, and it can be printed.
/// </summary>
public sealed class ReportTests
{
    [TestCase(ColorScheme.Light, false)]
    [TestCase(ColorScheme.Dark, false)]
    [TestCase(ColorScheme.Light, true)]
    [TestCase(ColorScheme.Dark, true)]
    public async Task The_page_breaks_no_rule_of_WCAG(ColorScheme colors, bool ofDataset)
    {
        await using ReportBrowser browser = await ReportBrowser.OpenAsync(new() { ColorScheme = colors, Locale = "en-US" }, ofDataset);
        await browser.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => d.open = true)");
        AxeResult result = await browser.Page.RunAxe(new AxeRunOptions
        {
            RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
        });
        Assert.That(result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Select(n => n.Html))}"), Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_what_is_scrolls_in_itself(bool ofDataset)
    {
        await using ReportBrowser browser =
            await ReportBrowser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 740 }, IsMobile = true }, ofDataset);
        Assert.That(await browser.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), Is.EqualTo(360));
        Assert.That(await browser.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 360.5 && !e.closest('.scroll, .skip, .key'))
                .map(e => e.outerHTML.slice(0, 120))
            """), Is.Empty);
    }

    [Test]
    public async Task The_keyboard_goes_from_the_skip_link_through_the_contents_to_every_table()
    {
        await using ReportBrowser browser = await ReportBrowser.OpenAsync(new());
        List<string> order = [];
        for (int i = 0; i < 60; i++)
        {
            await browser.Page.Keyboard.PressAsync("Tab");
            string at =
                await browser.Page.EvaluateAsync<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()");
            if (order.Count > 0 && at == order[0] || await browser.Page.EvaluateAsync<bool>("document.activeElement === document.body"))
                break;
            order.Add(at);
            Assert.That(await browser.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"), Is.Not.EqualTo("none"), at);
        }
        Assert.That(order[0], Is.EqualTo("Skip the contents"));
        Assert.That(order.IndexOf("Confusion matrix"), Is.InRange(1, order.IndexOf("Table: Confusion matrix") - 1));
        Assert.That(order, Does.Contain("Table: All metrics").And.Contain("Numbers: Calibration").And.Unique);
    }

    [Test]
    public async Task On_paper_charts_stand_side_by_side_on_white_and_long_lists_are_left_out()
    {
        await using ReportBrowser browser = await ReportBrowser.OpenAsync(new() { ColorScheme = ColorScheme.Dark });
        await browser.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });
        Assert.That(
            await browser.Page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.card')).backgroundColor"), Is.EqualTo("rgb(255, 255, 255)"));
        Assert.That(
            await browser.Page.EvaluateAsync<int>("getComputedStyle(document.querySelector('.charts')).gridTemplateColumns.split(' ').length"), Is.EqualTo(2));
        await Assertions.Expect(browser.Page.Locator("nav:visible, .skip:visible, details.long:visible")).ToHaveCountAsync(0);
        byte[] pdf = await browser.Page.PdfAsync(new() { Format = "A4", Margin = new() { Top = "1cm", Bottom = "1cm", Left = "1cm", Right = "1cm" } });
        Assert.That(System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type /Page\b"), Is.InRange(2, 8));
    }

    /// <summary>The system's Chromium with a report of synthetic images. Only the check itself runs a script in it.</summary>
    private sealed class ReportBrowser : IAsyncDisposable
    {
        private readonly IPlaywright _playwright;
        private readonly IBrowser _browser;

        private ReportBrowser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

        public IPage Page { get; }

        public static async Task<ReportBrowser> OpenAsync(BrowserNewContextOptions options, bool ofDataset = false)
        {
            (IPlaywright playwright, IBrowser browser) = await Browser.LaunchAsync();
            options.BypassCSP = true;
            IBrowserContext context = await browser.NewContextAsync(options);
            context.SetDefaultTimeout(120_000);
            IPage page = await context.NewPageAsync();
            await page.SetContentAsync(ofDataset ? DatasetPage() : ReportPage.Create(SampleReport.Create()));
            return new ReportBrowser(playwright, browser, page);
        }

        private static string DatasetPage()
        {
            using TemporaryFolder folder = new();
            return SampleDatasetReport.Create(folder).ToHtml();
        }

        public async ValueTask DisposeAsync()
        {
            await _browser.DisposeAsync();
            _playwright.Dispose();
        }
    }
}
