using Microsoft.Playwright;
using SkinClassifier.Calibration;
using SkinClassifier.Tests;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Server;

namespace SkinClassifier.BrowserTests;

/// <summary>
/// Every way through the pages: by mouse, by keyboard, on a phone, without scripts; in both languages, light and dark; readable for everybody.
/// </summary>
public sealed class PageTests
{
    [Test]
    public async Task Images_are_chosen_dropped_and_pasted()
    {
        await using Browser browser = await Browser.OpenAsync();
        IPage page = browser.Page;
        await browser.ShowAsync("empty");
        await page.SetInputFilesAsync("input[multiple]", [Browser.Payload("one.png", RunningServer.Red), Browser.Payload("two.png", RunningServer.Blue)]);
        await page.ClickAsync("text=Classify >> nth=-1");
        Assert.That(await browser.LabelAsync("one.png"), Is.EqualTo("red"));
        Assert.That(await browser.LabelAsync("two.png"), Is.EqualTo("blue"));
        await DropAsync(page, "drop", "three.png", RunningServer.Red);
        Assert.That(await browser.LabelAsync("three.png"), Is.EqualTo("red"));
        await DropAsync(page, "paste", "four.png", RunningServer.Blue);
        Assert.That(await browser.LabelAsync("four.png"), Is.EqualTo("blue"));
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("four.png: blue");
        await browser.ShowAsync("results");
        await page.ClickAsync("#remove");
        await Assertions.Expect(page.Locator("article.result")).ToHaveCountAsync(0);
        browser.ExpectQuiet();
    }

    [Test]
    public async Task An_image_that_cannot_be_used_says_why_and_the_next_one_works()
    {
        await using Browser browser = await Browser.OpenAsync();
        await browser.Page.SetInputFilesAsync("input[multiple]", [Browser.Payload("bad.png", [1, 2, 3]), Browser.Payload("good.png", RunningServer.Red)]);
        await browser.Page.ClickAsync("#classify button");
        Assert.That(await browser.LabelAsync("good.png"), Is.EqualTo("red"));
        Assert.That(await browser.Card("bad.png").TextContentAsync(), Does.Contain("This image cannot be used").And.Contain("expected one of JPEG, PNG"));
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.ShowAsync("bad-image");
    }

    [Test]
    public async Task An_example_is_classified_with_the_keyboard_alone()
    {
        await using Browser browser = await Browser.OpenAsync();
        IPage page = browser.Page;
        List<string> order = [];
        for (int i = 0; i < 12; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            order.Add(await page.EvaluateAsync<string>("document.activeElement.dataset.example ?? document.activeElement.textContent.trim()"));
            if (order[^1] == "example-2.png")
                break;
        }
        Assert.That(order[0], Is.EqualTo("Skip to the results"));
        Assert.That(order, Does.Contain("Classify").And.Contain("example-1.png"));
        await page.Keyboard.PressAsync("Enter");
        Assert.That(await browser.LabelAsync("example-2.png"), Is.AnyOf("red", "green", "blue"));
        await page.Keyboard.PressAsync("Tab");
        Assert.That(await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"), Is.EqualTo("solid"), "focus is seen");
        browser.ExpectQuiet();
    }

    [Test]
    public async Task Without_scripts_the_form_works_and_the_report_can_be_saved()
    {
        await using Browser browser = await Browser.OpenAsync(new() { JavaScriptEnabled = false, Locale = "en-US" });
        await browser.Page.SetInputFilesAsync("input[multiple]", [Browser.Payload("one.png", RunningServer.Red), Browser.Payload("bad.png", [1])]);
        await browser.Page.ClickAsync("#classify button");
        Assert.That(await browser.LabelAsync("one.png"), Is.EqualTo("red"));
        Assert.That(await browser.Card("bad.png").IsVisibleAsync(), Is.True);
        IDownload download = await browser.Page.RunAndWaitForDownloadAsync(() => browser.Card("one.png").GetByText("Report (HTML)").ClickAsync());
        Assert.That(download.SuggestedFilename, Is.EqualTo("report-one.html"));
        string report = await File.ReadAllTextAsync((await download.PathAsync())!);
        Assert.That(report, Does.StartWith("<!doctype html>").And.Contain("not a medical device").And.Contain("red").And.Not.Contain("<script"));
    }

    [Test]
    public async Task A_report_stands_alone()
    {
        await using Browser browser = await Browser.OpenAsync();
        await browser.Page.SetInputFilesAsync("input[multiple]", Browser.Payload("one.png", RunningServer.Red));
        await browser.Page.ClickAsync("#classify button");
        string address = (await browser.Card("one.png").GetByText("Report (HTML)").GetAttributeAsync("href"))!;
        await browser.Page.SetContentAsync(System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(address[(address.IndexOf(',') + 1)..])));
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.ShowAsync("report");
        string json = (await browser.Server.Client.GetStringAsync("/health/live"));
        Assert.That(json, Is.EqualTo("Healthy"));
    }

    [TestCase("en-US", ColorScheme.Light)]
    [TestCase("de-AT", ColorScheme.Dark)]
    public async Task The_page_breaks_no_rule_of_WCAG_in_any_state(string locale, ColorScheme colors)
    {
        await using Browser browser = await Browser.OpenAsync(new() { Locale = locale, ColorScheme = colors });
        Assert.That(await browser.Page.GetAttributeAsync("html", "lang"), Is.EqualTo(locale[..2]));
        Assert.That(await browser.ViolationsAsync(), Is.Empty, "without results");
        await browser.Page.SetInputFilesAsync("input[multiple]", [Browser.Payload("one.png", RunningServer.Red), Browser.Payload("bad.png", [1])]);
        await browser.Page.ClickAsync("#classify button");
        await browser.Card("bad.png").WaitForAsync();
        Assert.That(await browser.ViolationsAsync(), Is.Empty, "with results");
        await browser.ShowAsync($"{locale}-{colors}");
        browser.ExpectQuiet();
    }

    [Test]
    public async Task On_a_phone_nothing_is_wider_than_the_screen_and_the_camera_is_offered()
    {
        await using Browser browser =
            await Browser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 740 }, IsMobile = true, HasTouch = true, Locale = "en-US" });
        Assert.That(await browser.Page.Locator("input[capture]").IsVisibleAsync(), Is.True);
        await browser.Page.SetInputFilesAsync(
            "input[capture]", Browser.Payload("a-very-long-name-of-a-photograph-that-a-camera-has-given-0123456789.png", RunningServer.Red));
        await browser.Page.TapAsync("#classify button");
        await browser.Card("a-very-long-name").WaitForAsync();
        await browser.ShowAsync("phone");
        Assert.That(await browser.Page.EvaluateAsync<string[]>("""
            [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5
                && !e.classList.contains('skip')).map(e => e.outerHTML.slice(0, 120))
            """), Is.Empty, "wider than the screen");
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        browser.ExpectQuiet();
    }

    [Test]
    public async Task With_a_key_a_browser_signs_in_first()
    {
        await using Browser browser = await Browser.OpenAsync(withKey: true);
        Assert.That(new Uri(browser.Page.Url).AbsolutePath, Is.EqualTo("/sign-in"));
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.Page.FillAsync("#key", "wrong");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(browser.Page.Locator("#wrong")).ToHaveTextAsync("That is not the server's key.");
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.ShowAsync("sign-in");
        await browser.Page.FillAsync("#key", RunningServer.Key);
        await browser.Page.ClickAsync("main button");
        await browser.Page.SetInputFilesAsync("input[multiple]", Browser.Payload("one.png", RunningServer.Red));
        await browser.Page.ClickAsync("#classify button");
        Assert.That(await browser.LabelAsync("one.png"), Is.EqualTo("red"));
        await browser.Page.ClickAsync("text=Sign out");
        Assert.That(new Uri(browser.Page.Url).AbsolutePath, Is.EqualTo("/sign-in"));
    }

    [Test]
    public async Task Images_over_time_stay_in_the_browser_and_are_compared_saved_loaded_and_deleted()
    {
        await using Browser browser = await Browser.OpenAsync(path: "/over-time");
        IPage page = browser.Page;
        byte[] first = await browser.Server.Client.GetByteArrayAsync("/examples/0.png"),
            other = await browser.Server.Client.GetByteArrayAsync("/examples/1.png");
        await KeepAsync("2026-01-02", first);
        await KeepAsync("2026-03-04", first);
        await KeepAsync("2026-05-06", other);
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#kept img")).ToHaveCountAsync(3);
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await page.CheckAsync("#kept input >> nth=0");
        await Assertions.Expect(page.Locator("#compare")).ToBeDisabledAsync();
        await page.CheckAsync("#kept input >> nth=1");
        await page.ClickAsync("#compare");
        await Assertions.Expect(page.Locator(".pair img")).ToHaveCountAsync(2);
        Assert.That(await page.Locator("#results").TextContentAsync(), Does.Contain("This shows change, not disease").And.Contain("Turned by0.0°"));
        string before = (await page.GetAttributeAsync(".blink img", "alt"))!;
        await page.ClickAsync("text=Show the other one");
        Assert.That(await page.GetAttributeAsync(".blink img", "alt"), Is.Not.EqualTo(before));
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.ShowAsync("over-time");
        IDownload file = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#export"));
        page.Dialog += (_, dialog) => dialog.AcceptAsync();
        await page.ClickAsync("#delete");
        await Assertions.Expect(page.Locator("#kept img")).ToHaveCountAsync(0);
        await page.SetInputFilesAsync("#import", (await file.PathAsync())!);
        await Assertions.Expect(page.Locator("#kept img")).ToHaveCountAsync(3);
        await page.SetInputFilesAsync("#import", Browser.Payload("no.json", "{}"u8.ToArray()));
        await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync("Not possible: This is no file that this page has saved.");
        browser.ExpectQuiet();

        async Task KeepAsync(string date, byte[] content)
        {
            await page.FillAsync("[name=spot]", "left arm");
            await page.FillAsync("[name=date]", date);
            await page.SetInputFilesAsync("#add [name=file]", Browser.Payload(date + ".png", content));
            await page.ClickAsync("#add button");
            await Assertions.Expect(page.Locator("#status")).ToHaveTextAsync($"{date}.png is kept in this browser.");
        }
    }

    [Test]
    public async Task Quality_warnings_stand_beside_an_answer_and_reasons_in_its_place()
    {
        using TemporaryFolder folder = new();
        // Blank below 4, dark below 50, glare above 5 %; one color is sharp enough where the limit is 0.
        SmallModels.WithQuality(["red", "green", "blue"], new ImageQuality(50, 0, 0, 0.05f, 2)).Save(folder.File("model.zip"));
        await using Browser browser = await Browser.OpenAsync(arguments: ["--model", folder.File("model.zip")]);
        await browser.Page.SetInputFilesAsync("input[multiple]",
        [
            Browser.Payload("good.png", SmallModels.Plain(230, 40, 40).EncodePng()), Browser.Payload("dim.png", SmallModels.Plain(150, 8, 20).EncodePng()),
            Browser.Payload("dark.png", SmallModels.Plain(60, 4, 4).EncodePng()),
        ]);
        await browser.Page.ClickAsync("#classify button");
        Assert.That(await browser.LabelAsync("dark.png"), Is.EqualTo("No answer"));
        Assert.That(await browser.LabelAsync("dim.png"), Is.EqualTo("red"));
        Assert.That(await browser.Card("dim.png").Locator(".warnings").TextContentAsync(),
            Does.Contain("The image is nearly too dark: its brightness is 52 of 255"));
        Assert.That(await browser.Card("dark.png").Locator(".reasons").TextContentAsync(), Does.Contain("The image is dark: its brightness is 21 of 255"));
        await Assertions.Expect(browser.Card("good.png").Locator(".warnings")).ToHaveCountAsync(0);
        await Assertions.Expect(browser.Card("dark.png").Locator(".warnings")).ToHaveCountAsync(0);
        Assert.That(await browser.ViolationsAsync(), Is.Empty);
        await browser.ShowAsync("quality");
        browser.ExpectQuiet();
    }

    [TestCase(ColorScheme.Light)]
    [TestCase(ColorScheme.Dark)]
    public async Task Several_images_are_printed_without_a_break_inside_one_and_with_the_notice_at_each(ColorScheme colors)
    {
        await using Browser browser =
            await Browser.OpenAsync(new() { Locale = "en-US", ColorScheme = colors, ViewportSize = new() { Width = 718, Height = 1000 } });
        IPage page = browser.Page;
        byte[] example = await browser.Server.Client.GetByteArrayAsync("/examples/0.png");
        await page.SetInputFilesAsync("input[multiple]", Enumerable.Range(1, 7).Select(i => Browser.Payload($"image-{i}.png", example)));
        await page.ClickAsync("#classify button");
        await browser.Card("image-7.png").WaitForAsync();
        await Assertions.Expect(page.Locator(".result .notice").First).ToBeHiddenAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await browser.ShowAsync($"print-{colors}");
        await Assertions.Expect(page.Locator(".result .notice:visible")).ToHaveCountAsync(7);
        await Assertions.Expect(page.Locator("form:visible, nav:visible, button:visible, input:visible, footer:visible")).ToHaveCountAsync(0);
        // A4 without margins of 1 cm has 1,047 pixels of 1/96 inch: a card that is lower is never cut.
        Assert.That(await page.EvaluateAsync<double[]>("[...document.querySelectorAll('.result')].map(r => r.getBoundingClientRect().height)"),
            Has.Length.EqualTo(7).And.All.InRange(100, 1047));
        Assert.That(await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.result')].map(r => getComputedStyle(r).breakInside)"),
            Has.All.EqualTo("avoid"));
        Assert.That(await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.result')).backgroundColor"), Is.EqualTo("rgb(255, 255, 255)"));
        byte[] pdf = await page.PdfAsync(new() { Format = "A4", Margin = new() { Top = "1cm", Bottom = "1cm", Left = "1cm", Right = "1cm" } });
        await browser.SaveAsync($"print-{colors}.pdf", pdf);
        int pages = System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), @"/Type /Page\b");
        Assert.That(pages, Is.InRange(2, 7));
    }

    /// <summary>What a browser sends when a user drops or pastes a file.</summary>
    private static Task DropAsync(IPage page, string kind, string name, byte[] content) => page.EvaluateAsync("""
        ([kind, name, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([Uint8Array.from(atob(content), c => c.charCodeAt(0))], name, { type: 'image/png' }));
            const event = kind === 'drop' ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
                : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
            document.body.dispatchEvent(event);
        }
        """, new[] { kind, name, Convert.ToBase64String(content) });
}
