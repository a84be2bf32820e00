using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SkinClassifier.Hosting;
using SkinClassifier.Server.Startup;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>The real server on a free port of this machine, with a small model.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string Key = "a-key-of-this-test-0123456789";

    private readonly WebApplication _application;
    private readonly TemporaryFolder _folder;

    private RunningServer(WebApplication application, TemporaryFolder folder)
    {
        (_application, _folder) = (application, folder);
        Address = new Uri(application.Urls.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _application.Services;

    public static byte[] Red { get; } = SmallModels.Plain(230, 10, 10).EncodePng();

    public static byte[] Blue { get; } = SmallModels.Plain(10, 10, 230).EncodePng();

    /// <summary>Starts it; without a model among the arguments with one of the classes red, green and blue.</summary>
    public static Task<RunningServer> StartAsync(params string[] arguments) => StartAsync(null, arguments);

    /// <summary>Starts it; <paramref name="configure"/> may change the options of its pools before they are made.</summary>
    public static async Task<RunningServer> StartAsync(Action<NamedPredictionEnginePoolsOptions>? configure, params string[] arguments)
    {
        TemporaryFolder folder = new();
        if (!arguments.Contains("--model"))
        {
            SmallModels.Create(["red", "green", "blue"]).Save(folder.File("model.zip"));
            arguments = [.. arguments, "--model", folder.File("model.zip")];
        }
        List<string> errors = [];
        ServerCommand command = new();
        ServerOptions? options = command.Read(command.Root.Parse([.. arguments, "--urls", "http://127.0.0.1:0", "--quiet"]), errors);
        WebApplication? application = options is null ? null : ServerApplication.Create(options, errors);
        Assert.That(errors, Is.Empty);
        configure?.Invoke(application!.Services.GetRequiredService<IOptions<NamedPredictionEnginePoolsOptions>>().Value);
        await application!.StartAsync();
        return new RunningServer(application, folder);
    }

    /// <summary>Starts it with a key.</summary>
    public static async Task<RunningServer> StartWithKeyAsync(params string[] arguments)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("key"), Key + "\n");
        return await StartAsync(["--api-key-file", folder.File("key"), .. arguments]);
    }

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string type = "image/png") =>
        Client.PostAsync(path, new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } });

    /// <summary>Sends a form with files.</summary>
    public Task<HttpResponseMessage> PostFormAsync(string path, params (string Name, byte[] Content)[] files)
    {
        MultipartFormDataContent form = new() { { new StringContent("a note"), "note" } };
        foreach ((string name, byte[] content) in files)
            form.Add(new ByteArrayContent(content), "file", name);
        return Client.PostAsync(path, form);
    }

    /// <summary>The JSON of an answer.</summary>
    public static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        using JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        _folder.Dispose();
    }
}
