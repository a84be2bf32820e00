using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using SkinClassifier.Tests.Server;

namespace SkinClassifier.BrowserTests;

/// <summary>The system's Chromium with one page of the server. What leaves the host, and what the page's console calls an error, is noted.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] _places =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, RunningServer server, IPage page)
    {
        (_playwright, _browser, Server, Page) = (playwright, browser, server, page);
        page.Request += (_, request) => Requests.Add(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                Errors.Add(message.Text);
        };
        page.PageError += (_, error) => Errors.Add(error);
    }

    public RunningServer Server { get; }

    public IPage Page { get; }

    public List<string> Requests { get; } = [];

    /// <summary>Errors of the console: a file that the content policy refuses, a script that fails.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Starts Chromium; the test is skipped where there is none.</summary>
    public static async Task<(IPlaywright Playwright, IBrowser Browser)> LaunchAsync()
    {
        string? chromium = Environment.GetEnvironmentVariable("SKINCLASSIFIER_CHROMIUM") ?? _places.FirstOrDefault(File.Exists);
        if (chromium is null)
            Assert.Ignore("No Chromium was found: install it (apt-get install chromium), or name it in SKINCLASSIFIER_CHROMIUM.");
        IPlaywright playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        // Where tests run as root, as in containers, Chromium needs to be told so.
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = ["--no-sandbox"] }));
    }

    /// <summary>Opens the first page; the test is skipped where there is no Chromium.</summary>
    public static async Task<Browser> OpenAsync(BrowserNewContextOptions? options = null, bool withKey = false, string path = "/",
        params string[] arguments)
    {
        (IPlaywright playwright, IBrowser browser) = await LaunchAsync();
        RunningServer server = withKey ? await RunningServer.StartWithKeyAsync() : await RunningServer.StartAsync(arguments);
        IBrowserContext context = await browser.NewContextAsync(options ?? new() { Locale = "en-US" });
        // Other tests may be using the processors, too.
        Assertions.SetDefaultExpectTimeout(60_000);
        context.SetDefaultTimeout(120_000);
        Browser opened = new(playwright, browser, server, await context.NewPageAsync());
        await opened.Page.GotoAsync(new Uri(server.Address, path).AbsoluteUri);
        return opened;
    }

    /// <summary>A file as a browser's user chooses it.</summary>
    public static FilePayload Payload(string name, byte[] content) => new() { Name = name, MimeType = "image/png", Buffer = content };

    /// <summary>The card of a result, once it is there.</summary>
    public ILocator Card(string name) => Page.Locator("article.result").Filter(new() { HasText = name });

    /// <summary>Waits for a result and gives its label.</summary>
    public async Task<string> LabelAsync(string name) => (await Card(name).Locator(".label").First.TextContentAsync())!;

    /// <summary>Violations of WCAG 2.2 AA on the page as it stands, one line each.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        AxeResult result = await Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa") });
        return [.. result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(" ", v.Nodes.Select(n => n.Html))}")];
    }

    /// <summary>Saves a image of the page where SKINCLASSIFIER_SCREENSHOTS names a folder, to be looked at.</summary>
    public async Task ShowAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    /// <summary>Saves a file beside the images of <see cref="ShowAsync"/>.</summary>
    public async Task SaveAsync(string name, byte[] content)
    {
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_SCREENSHOTS") is { Length: > 0 } folder)
            await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
    }

    /// <summary>Nothing may have left the host, and no error may stand in the console.</summary>
    public void ExpectQuiet()
    {
        string host = Server.Address.GetLeftPart(UriPartial.Authority);
        Assert.That(Requests.Where(r => !r.StartsWith(host, StringComparison.Ordinal) && !r.StartsWith("data:", StringComparison.Ordinal)
            && !r.StartsWith("blob:", StringComparison.Ordinal)), Is.Empty, "requests to another host");
        Assert.That(Errors, Is.Empty, "errors of the console");
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Server.DisposeAsync();
    }
}
