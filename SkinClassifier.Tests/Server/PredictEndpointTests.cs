using System.Net;
using System.Text;
using System.Text.Json;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

public sealed class PredictEndpointTests
{
    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RunningServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task A_body_is_answered_in_the_words_of_the_command_line()
    {
        HttpResponseMessage answer = await _server.PostAsync("/v1/predict?top=2", RunningServer.Red);
        using PredictionEngine engine = new(SmallModels.Create(["red", "green", "blue"]));
        ImagePrediction expected = engine.Predict(RunningServer.Red.AsSpan());
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text))
            PredictionJson.Write(json, "", expected, null, 2);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo(Encoding.UTF8.GetString(text.ToArray())));
        Assert.That(answer.Headers.GetValues("SkinClassifier-Model-Sha256").Single(), Does.Match("^[0-9a-f]{64}$"));
        Assert.That((await RunningServer.JsonAsync(answer)).GetProperty("predicted").GetString(), Is.EqualTo("red"));
    }

    [Test]
    public async Task Files_of_a_form_are_answered_in_their_order_and_a_bad_one_in_its_own_object()
    {
        JsonElement answer = await RunningServer.JsonAsync(
            await _server.PostFormAsync("/v1/predict", ("a.png", RunningServer.Red), ("b.txt", "no image"u8.ToArray()), ("c.png", RunningServer.Blue)));
        Assert.That(answer.EnumerateArray().Select(p => $"{p.GetProperty("path")} {p.GetProperty("predicted")}"),
            Is.EqualTo(new[] { "a.png red", "b.txt ", "c.png blue" }));
        Assert.That(answer[1].GetProperty("error").GetString(), Does.Contain("expected one of JPEG, PNG"));
    }

    [Test]
    public async Task A_bad_request_gets_problem_details_with_its_number()
    {
        await ExpectAsync(await _server.PostAsync("/v1/predict", [1, 2, 3]), HttpStatusCode.BadRequest, "The image cannot be read.");
        await ExpectAsync(await _server.PostAsync("/v1/predict?model=other", RunningServer.Red), HttpStatusCode.NotFound, "There is no such model.");
        await ExpectAsync(await _server.PostAsync("/v1/predict?top=0", RunningServer.Red), HttpStatusCode.BadRequest, "The request cannot be read.");
        await ExpectAsync(await _server.PostAsync("/v1/predict?top=many", RunningServer.Red), HttpStatusCode.BadRequest, null);
        await ExpectAsync(await _server.PostAsync("/v1/predict", [], "multipart/form-data"), HttpStatusCode.BadRequest, "The request cannot be read.");
        await ExpectAsync(await _server.PostFormAsync("/v1/predict"), HttpStatusCode.BadRequest, "The request cannot be read.");
        await ExpectAsync(await _server.Client.GetAsync("/v1/nothing"), HttpStatusCode.NotFound, null);
        await ExpectAsync(await _server.Client.GetAsync("/v1/predict"), HttpStatusCode.MethodNotAllowed, null);
    }

    [Test]
    public async Task A_file_beyond_the_limit_is_refused_before_it_is_read()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(new byte[(32 << 20) + (65 << 10)]) };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage answer = await _server.Client.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task Models_are_listed_without_any_path_of_the_server()
    {
        string text = await _server.Client.GetStringAsync("/v1/models");
        JsonElement model = JsonDocument.Parse(text).RootElement[0];
        Assert.That(model.GetProperty("name").GetString(), Is.EqualTo("default"));
        Assert.That(model.GetProperty("labels").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(new[] { "red", "green", "blue" }));
        Assert.That(model.GetProperty("notice").GetString(), Does.Contain("not a medical device"));
        Assert.That(text, Does.Not.Contain("model.zip"));
    }

    [Test]
    public async Task Several_models_are_told_apart_by_name()
    {
        using TemporaryFolder folder = new();
        SmallModels.Create(["a", "b", "c"]).Save(folder.File("one.zip"));
        SmallModels.Create(["x", "y", "z"]).Save(folder.File("two.zip"));
        await using RunningServer server =
            await RunningServer.StartAsync("--model", "one=" + folder.File("one.zip"), "--model", "two=" + folder.File("two.zip"));
        Assert.That(await PredictedAsync("one"), Is.EqualTo("a"));
        Assert.That(await PredictedAsync("two"), Is.EqualTo("x"));
        await ExpectAsync(await server.PostAsync("/v1/predict", RunningServer.Red), HttpStatusCode.NotFound, "There is no such model.");

        async Task<string?> PredictedAsync(string model) =>
            (await RunningServer.JsonAsync(await server.PostAsync($"/v1/predict?model={model}", RunningServer.Red))).GetProperty("predicted").GetString();
    }

    [Test]
    public async Task Health_needs_no_model_to_be_live_and_one_to_be_ready()
    {
        Assert.That(await _server.Client.GetStringAsync("/health/live"), Is.EqualTo("Healthy"));
        Assert.That(await _server.Client.GetStringAsync("/health/ready"), Is.EqualTo("Healthy"));
    }

    [Test]
    public async Task Predictions_are_counted_for_prometheus()
    {
        await _server.PostAsync("/v1/predict", RunningServer.Red);
        string metrics = await _server.Client.GetStringAsync("/metrics");
        Assert.That(metrics, Does.Contain("skinclassifier_prediction_duration_seconds_count").And.Contain("service_name=\"skinclassifier-server\""));
    }

    [Test]
    public async Task The_document_of_the_API_names_every_address()
    {
        JsonElement document = JsonDocument.Parse(await _server.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        Assert.That(document.GetProperty("openapi").GetString(), Does.StartWith("3.1"));
        Assert.That(document.GetProperty("paths").EnumerateObject().Select(p => p.Name), Is.SupersetOf(new[]
        {
            "/v1/predict", "/v1/batch", "/v1/models", "/v2/models/{model}/infer", "/v2/models/{model}/versions/{version}/infer", "/v2/health/ready",
        }));
        HttpResponseMessage reference = await _server.Client.GetAsync("/reference/");
        Assert.That(reference.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await reference.Content.ReadAsStringAsync(), Does.Not.Contain("https://"), "nothing of another host");
    }

    internal static async Task ExpectAsync(HttpResponseMessage answer, HttpStatusCode status, string? title)
    {
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        JsonElement problem = await RunningServer.JsonAsync(answer);
        Assert.That(problem.GetProperty("requestId").GetString(), Is.EqualTo(answer.Headers.GetValues("X-Request-Id").Single()));
        if (title is not null)
            Assert.That(problem.GetProperty("title").GetString(), Is.EqualTo(title));
    }
}
