using System.Net;
using System.Net.Http.Headers;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Tests.Server;

public sealed class ServerSecurityTests
{
    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RunningServer.StartWithKeyAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase("/health/live")]
    [TestCase("/v1/models")]
    [TestCase("/nothing")]
    [TestCase("/reference/")]
    public async Task Every_answer_has_the_headers_and_none_tells_the_server(string path)
    {
        using HttpResponseMessage answer = await _server.Client.GetAsync(path);
        Assert.That(Value("Content-Security-Policy"), Does.StartWith("default-src 'none'").And.Contain("frame-ancestors 'none'"));
        if (!path.StartsWith("/reference", StringComparison.Ordinal))
            Assert.That(Value("Content-Security-Policy"), Does.Not.Contain("unsafe"));
        Assert.That(Value("X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(Value("Cache-Control"), Does.Contain("no-store"));
        Assert.That(Value("Referrer-Policy"), Is.EqualTo("same-origin"));
        Assert.That(Value("X-Request-Id"), Is.Not.Empty);
        Assert.That(answer.Headers.Contains("Server"), Is.False);

        string Value(string header) => string.Join(' ', answer.Headers.GetValues(header));
    }

    [Test]
    public async Task Without_the_key_only_health_answers()
    {
        foreach (string path in new[] { "/health/live", "/health/ready", "/v2/health/live", "/v2/health/ready" })
            Assert.That((await _server.Client.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK), path);
        foreach (string path in new[] { "/v1/models", "/v2", "/v2/models/default", "/metrics", "/openapi/v1.json", "/reference/", "/nothing" })
            Assert.That((await _server.Client.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), path);
        HttpResponseMessage refused = await _server.PostAsync("/v1/predict", RunningServer.Red);
        await PredictEndpointTests.ExpectAsync(refused, HttpStatusCode.Unauthorized, "Sign in first.");
        Assert.That(refused.Headers.WwwAuthenticate.Single().Scheme, Is.EqualTo("Bearer"));
    }

    [TestCase("Bearer", RunningServer.Key, HttpStatusCode.OK)]
    [TestCase("bearer", RunningServer.Key, HttpStatusCode.OK)]
    [TestCase("Bearer", RunningServer.Key + "x", HttpStatusCode.Unauthorized)]
    [TestCase("Bearer", "", HttpStatusCode.Unauthorized)]
    [TestCase("Basic", RunningServer.Key, HttpStatusCode.Unauthorized)]
    public async Task The_key_lets_programs_in(string scheme, string key, HttpStatusCode expected)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation("Authorization", $"{scheme} {key}");
        Assert.That((await _server.Client.SendAsync(request)).StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_browser_signs_in_once_and_out_again()
    {
        using HttpResponseMessage wrong = await _server.Client.PostAsync("/sign-in", Form("wrong"));
        Assert.That(wrong.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        using HttpResponseMessage right = await _server.Client.PostAsync("/sign-in", Form(RunningServer.Key));
        Assert.That(right.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        string cookie = right.Headers.GetValues("Set-Cookie").Single().ToLowerInvariant();
        Assert.That(cookie, Does.Contain("httponly").And.Contain("samesite=strict").And.Not.Contain(RunningServer.Key));
        string session = cookie.Split(';')[0];
        Assert.That(await StatusAsync(session), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await StatusAsync(session[..^1] + (session[^1] == '0' ? '1' : '0')), Is.EqualTo(HttpStatusCode.Unauthorized));
        using HttpRequestMessage leave = new(HttpMethod.Post, "/sign-out");
        leave.Headers.Add("Cookie", session);
        Assert.That((await _server.Client.SendAsync(leave)).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
        Assert.That(await StatusAsync(session), Is.EqualTo(HttpStatusCode.Unauthorized));

        async Task<HttpStatusCode> StatusAsync(string value)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models");
            request.Headers.Add("Cookie", value);
            return (await _server.Client.SendAsync(request)).StatusCode;
        }

        static FormUrlEncodedContent Form(string key) => new(new Dictionary<string, string> { ["key"] = key });
    }

    [TestCase("Sec-Fetch-Site", "cross-site", true)]
    [TestCase("Sec-Fetch-Site", "same-site", true)]
    [TestCase("Sec-Fetch-Site", "same-origin", false)]
    [TestCase("Sec-Fetch-Site", "none", false)]
    [TestCase("Origin", "https://elsewhere.example", true)]
    [TestCase("Origin", "null", true)]
    [TestCase("Origin", "SELF", false)]
    public async Task What_a_page_of_another_site_sends_is_refused(string header, string value, bool refused)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(RunningServer.Red) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningServer.Key);
        request.Headers.Add(header, value == "SELF" ? _server.Address.GetLeftPart(UriPartial.Authority) : value);
        Assert.That((await _server.Client.SendAsync(request)).StatusCode, Is.EqualTo(refused ? HttpStatusCode.Forbidden : HttpStatusCode.OK));
    }

    [Test]
    public async Task A_form_of_the_server_whose_origin_the_browser_hides_is_let_through()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(RunningServer.Red) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", RunningServer.Key);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        request.Headers.Add("Origin", "null");
        Assert.That((await _server.Client.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task On_this_machine_alone_another_host_name_is_refused()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/health/live") { Headers = { Host = "elsewhere.example" } };
        Assert.That((await _server.Client.SendAsync(request)).StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task A_caller_beyond_the_rate_is_told_when_to_come_again()
    {
        await using RunningServer server = await RunningServer.StartAsync("--rate-limit", "3");
        for (int i = 0; i < 3; i++)
            Assert.That((await server.PostAsync("/v1/predict", RunningServer.Red)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using HttpResponseMessage answer = await server.PostAsync("/v1/predict", RunningServer.Red);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
        Assert.That(answer.Headers.RetryAfter?.Delta?.TotalSeconds, Is.InRange(1, 60));
        Assert.That((await server.Client.GetAsync("/health/live")).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Every_session_of_one_address_has_a_share_of_its_own()
    {
        await using RunningServer server = await RunningServer.StartWithKeyAsync("--rate-limit", "1");
        foreach (int session in (int[])[1, 2])
        {
            using HttpResponseMessage signedIn = await server.Client.PostAsync("/sign-in",
                new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = RunningServer.Key }));
            string cookie = signedIn.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
            Assert.That(await PredictAsync(cookie), Is.EqualTo(HttpStatusCode.OK), $"session {session}");
            Assert.That(await PredictAsync(cookie), Is.EqualTo(HttpStatusCode.TooManyRequests), $"session {session}");
        }

        async Task<HttpStatusCode> PredictAsync(string cookie)
        {
            using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(RunningServer.Red) };
            request.Headers.Add("Cookie", cookie);
            using HttpResponseMessage answer = await server.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Test]
    public async Task A_server_with_a_key_has_nothing_that_writes_keys_on_disk()
    {
        await using RunningServer server = await RunningServer.StartWithKeyAsync();
        Assert.That(server.Services.GetService(typeof(Microsoft.AspNetCore.DataProtection.IDataProtectionProvider)), Is.Null);
    }

    [Test]
    public async Task Nothing_that_is_sent_is_stored()
    {
        byte[] large = new byte[3 << 20];
        RunningServer.Red.CopyTo(large, 0);
        HashSet<string> before = Files();
        _server.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningServer.Key);
        try
        {
            await _server.PostAsync("/v1/predict", large);
            await _server.PostFormAsync("/v1/predict", ("a.png", large), ("b.png", large));
            await _server.PostFormAsync("/v1/batch", ("a.png", large), ("b.png", large));
        }
        finally
        {
            _server.Client.DefaultRequestHeaders.Authorization = null;
        }
        // Other tests write folders of their own beside this one: only files that ASP.NET Core could leave are looked at.
        Assert.That(Files().Except(before), Is.Empty);

        static HashSet<string> Files() => [.. new[] { Path.GetTempPath(), Directory.GetCurrentDirectory() }
            .SelectMany(f => Directory.EnumerateFiles(f)).Where(f => Path.GetFileName(f).StartsWith("ASPNETCORE_", StringComparison.Ordinal)
                || Path.GetExtension(f) is ".png" or ".jpg" or ".zip")];
    }

    [Test]
    public void Sessions_end_after_their_time_and_the_oldest_when_there_are_too_many()
    {
        Clock clock = new();
        SignInSessions sessions = new(clock);
        string first = sessions.Begin();
        Assert.That((sessions.IsOpen(first), sessions.IsOpen("")), Is.EqualTo((true, false)));
        clock.Now += TimeSpan.FromMinutes(1);
        string second = sessions.Begin();
        for (int i = 1; i < SignInSessions.MaxSessions; i++)
            sessions.Begin();
        Assert.That((sessions.IsOpen(first), sessions.IsOpen(second)), Is.EqualTo((false, true)));
        clock.Now += SignInSessions.Lifetime;
        Assert.That(sessions.IsOpen(second), Is.False);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
