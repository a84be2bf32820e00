using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SkinClassifier.Tests.Server;

public sealed class FhirAnswerTests
{
    [Test]
    public async Task A_client_that_accepts_FHIR_gets_a_bundle_of_the_same_prediction()
    {
        await using RunningServer server = await RunningServer.StartAsync("--fhir");
        JsonElement bundle = JsonDocument.Parse(await SendAsync(server, RunningServer.Red)).RootElement;
        JsonElement[] resources = [.. bundle.GetProperty("entry").EnumerateArray().Select(e => e.GetProperty("resource"))];
        Assert.That(bundle.GetProperty("resourceType").GetString(), Is.EqualTo("Bundle"));
        Assert.That(resources.Select(r => r.GetProperty("resourceType").GetString()),
            Is.EqualTo(new[] { "DiagnosticReport", "Observation", "Observation", "Observation", "Observation", "Device" }));
        Assert.That(resources[1].GetProperty("valueCodeableConcept").GetProperty("text").GetString(), Is.EqualTo("red"));
        using HttpResponseMessage plain = await server.PostAsync("/v1/predict?top=3", RunningServer.Red);
        Assert.That(resources[^1].GetProperty("identifier")[0].GetProperty("value").GetString(),
            Is.EqualTo(plain.Headers.GetValues("SkinClassifier-Model-Sha256").Single()));
        Assert.That(resources[2].GetProperty("valueQuantity").GetProperty("value").GetDouble(),
            Is.EqualTo((await RunningServer.JsonAsync(plain)).GetProperty("scores")[0].GetProperty("score").GetDouble()).Within(1e-6));
    }

    [Test]
    public async Task Files_of_a_form_become_one_bundle_without_their_names()
    {
        await using RunningServer server = await RunningServer.StartAsync("--fhir");
        using MultipartFormDataContent form = new()
        {
            { new ByteArrayContent(RunningServer.Red), "file", "patient-miller.png" }, { new ByteArrayContent([1]), "file", "patient-miller.txt" },
            { new ByteArrayContent(RunningServer.Blue), "file", "c.png" },
        };
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = form };
        request.Headers.Accept.ParseAdd("application/fhir+json; fhirVersion=4.0");
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.That(JsonDocument.Parse(text).RootElement.GetProperty("entry").EnumerateArray()
            .Select(e => e.GetProperty("resource").GetProperty("resourceType").GetString()).Where(t => t is not "Observation"),
            Is.EqualTo(new[] { "DiagnosticReport", "OperationOutcome", "DiagnosticReport", "Device" }));
        Assert.That(text, Does.Not.Contain("miller"));
    }

    [TestCase("application/fhir+json", "406")]
    [TestCase("application/fhir+json; fhirVersion=4.0, text/html", "406")]
    [TestCase("application/fhir+json, application/json; q=0.5", "application/json")]
    [TestCase("application/fhir+json, */*; q=0.1", "application/json")]
    [TestCase("application/fhir+json, application/json; q=0", "406")]
    public async Task A_server_without_FHIR_says_so_unless_JSON_is_accepted_too(string accept, string expected) => await ExpectAsync(accept, expected);

    [TestCase("application/fhir+json; fhirVersion=4.0", "application/fhir+json")]
    [TestCase("application/json, application/fhir+json; q=0.9", "application/json")]
    [TestCase("application/fhir+json; q=0.9, application/json; q=0.8", "application/fhir+json")]
    [TestCase("application/fhir+json; fhirVersion=5.0", "406")]
    [TestCase("text/html", "application/json")]
    public async Task The_format_is_the_one_that_the_client_prefers(string accept, string expected) => await ExpectAsync(accept, expected, "--fhir");

    internal static async Task<byte[]> SendAsync(RunningServer server, byte[] image)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(image) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+json"));
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, "application/fhir+json")));
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task ExpectAsync(string accept, string expected, params string[] arguments)
    {
        await using RunningServer server = await RunningServer.StartAsync(arguments);
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/predict") { Content = new ByteArrayContent(RunningServer.Red) };
        request.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        if (expected == "406")
            await PredictEndpointTests.ExpectAsync(answer, HttpStatusCode.NotAcceptable, "The format is not given.");
        else
            Assert.That((answer.StatusCode, answer.Content.Headers.ContentType?.MediaType), Is.EqualTo((HttpStatusCode.OK, expected)));
    }
}
