using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using SkinClassifier.Calibration;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>Every operation of the OpenAPI document is called, and answers with a status, a type and a content that the document declares.</summary>
public sealed class ApiContractTests
{
    private const string Infer = "/v2/models/{model}/infer", InferVersion = "/v2/models/{model}/versions/{version}/infer";
    private static readonly byte[] Form = [];
    private RunningServer _server = null!;
    private ApiContract _contract = null!;
    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _folder = new TemporaryFolder();
        SmallModels.MobileNet(["red", "green", "blue"], 32).Save(_folder.File("net.zip"));
        _server = await RunningServer.StartAsync("--fhir", "--model", _folder.File("net.zip"));
        _contract = await ApiContract.ReadAsync(_server.Client);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public void Every_operation_is_called_below() =>
        Assert.That(Calls().Select(c => (string)c.Arguments[0]!).Distinct(), Is.EquivalentTo(_contract.Operations));

    [TestCaseSource(nameof(Calls))]
    public async Task An_answer_is_what_the_document_says(string operation, string address, string? type, byte[]? body, string accept, int status)
    {
        using HttpRequestMessage request = new(new HttpMethod(operation.Split(' ')[0]), address);
        if (ReferenceEquals(body, Form))
            request.Content = new MultipartFormDataContent
            {
                { new ByteArrayContent(RunningServer.Red), "file", "a.png" }, { new ByteArrayContent(RunningServer.Blue), "file", "b.png" },
            };
        else if (body is not null)
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type!) } };
        request.Headers.Accept.ParseAdd(accept);
        using HttpResponseMessage answer = await _server.Client.SendAsync(request);
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
        Assert.That(await _contract.ErrorAsync(operation, answer), Is.Null);
        if (body is not null)
            Assert.That(_contract.Bodies(operation), Has.Some.EqualTo(type).Or.Some.EqualTo(type!.Split('/')[0] + "/*"), "the type of the body is declared");
        Assert.That(address.Split('?').Skip(1).SelectMany(q => q.Split('&')).Select(p => p.Split('=')[0]), Is.SubsetOf(_contract.Parameters(operation)));
    }

    [Test]
    public async Task Quality_warnings_are_declared()
    {
        SmallModels.WithQuality(["red", "green", "blue"], new ImageQuality(50, 0, 0, 0.05f, 2)).Save(_folder.File("quality.zip"));
        await using RunningServer server = await RunningServer.StartAsync("--model", _folder.File("quality.zip"));
        HttpResponseMessage answer = await server.PostAsync("/v1/predict", SmallModels.Plain(150, 8, 20).EncodePng());
        Assert.That(await _contract.ErrorAsync("POST /v1/predict", answer), Is.Null);
        System.Text.Json.JsonElement prediction = await RunningServer.JsonAsync(answer);
        Assert.That(prediction.GetProperty("decision").GetString(), Is.EqualTo("answer"));
        Assert.That(prediction.GetProperty("qualityWarnings")[0].GetProperty("code").GetString(), Is.EqualTo("dark"));
    }

    [Test]
    public async Task With_a_key_an_answer_without_it_is_declared_too()
    {
        await using RunningServer server = await RunningServer.StartWithKeyAsync();
        foreach (string operation in _contract.Operations.Where(o => !o.Contains("/health/", StringComparison.Ordinal)))
        {
            using HttpRequestMessage request = new(new HttpMethod(operation.Split(' ')[0]), Address(operation));
            using HttpResponseMessage answer = await server.Client.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(401), operation);
            Assert.That(await _contract.ErrorAsync(operation, answer), Is.Null, operation);
        }
    }

    [Test]
    public async Task What_a_page_of_another_site_sends_is_refused_as_declared()
    {
        foreach (string operation in _contract.Operations.Where(o => o.StartsWith("POST", StringComparison.Ordinal)))
        {
            using HttpRequestMessage request = new(HttpMethod.Post, Address(operation));
            request.Headers.Add("Sec-Fetch-Site", "cross-site");
            using HttpResponseMessage answer = await _server.Client.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(403), operation);
            Assert.That(await _contract.ErrorAsync(operation, answer), Is.Null, operation);
        }
    }

    [Test]
    public async Task A_limit_answers_as_declared()
    {
        await using RunningServer server = await RunningServer.StartAsync("--rate-limit", "1");
        foreach (string operation in new[] { "POST /v1/predict", "POST /v1/explain", $"POST {Infer}" })
        {
            HttpResponseMessage answer = null!;
            for (int i = 0; i < 2; i++)
                answer = operation.EndsWith("infer", StringComparison.Ordinal)
                    ? await server.PostAsync("/v2/models/default/infer", Request(RunningServer.Red), "application/json")
                    : await server.PostAsync(operation.Split(' ')[1], RunningServer.Red);
            Assert.That((int)answer.StatusCode, Is.EqualTo(429), operation);
            Assert.That(await _contract.ErrorAsync(operation, answer), Is.Null, operation);
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)), operation);
        }
    }

    private static IEnumerable<TestCaseData> Calls()
    {
        const string Json = "application/json", Png = "image/png", Multipart = "multipart/form-data", Any = "*/*", Fhir = "application/fhir+json";
        byte[] red = RunningServer.Red;
        (string Operation, string Address, string? Type, byte[]? Body, string Accept, int Status)[] calls =
        [
            ("GET /v1/models", "/v1/models", null, null, Any, 200),
            ("POST /v1/predict", "/v1/predict?top=2&model=default", Png, red, Any, 200),
            ("POST /v1/predict", "/v1/predict", Multipart, Form, Any, 200),
            ("POST /v1/predict", "/v1/predict", Png, red, Fhir, 200),
            ("POST /v1/predict", "/v1/predict", Multipart, Form, Fhir, 200),
            ("POST /v1/predict", "/v1/predict", Png, [1, 2], Any, 400),
            ("POST /v1/predict", "/v1/predict?top=many", Png, red, Any, 400),
            ("POST /v1/predict", "/v1/predict?model=other", Png, red, Any, 404),
            ("POST /v1/predict", "/v1/predict", Png, red, Fhir + "; fhirVersion=3.0", 406),
            ("POST /v1/explain", "/v1/explain?method=hirescam&label=blue&top=1", Png, red, Any, 200),
            ("POST /v1/explain", "/v1/explain", Png, red, Png, 200),
            ("POST /v1/explain", "/v1/explain?method=magic", Png, red, Any, 400),
            ("POST /v1/explain", "/v1/explain?layer=none", Png, red, Any, 400),
            ("POST /v1/explain", "/v1/explain?model=other", Png, red, Any, 404),
            ("POST /v1/batch", "/v1/batch?top=1", "application/zip", Zip(red), Any, 200),
            ("POST /v1/batch", "/v1/batch", Multipart, Form, Any, 200),
            ("POST /v1/batch", "/v1/batch", "application/zip", red, Any, 400),
            ("POST /v1/batch", "/v1/batch?model=other", "application/zip", Zip(red), Any, 404),
            ("POST /v1/align", "/v1/align", Multipart, Form, Any, 200),
            ("POST /v1/align", "/v1/align?model=other", Multipart, Form, Any, 404),
            ("GET /v2", "/v2", null, null, Any, 200),
            ("GET /v2/health/live", "/v2/health/live", null, null, Any, 200),
            ("GET /v2/health/ready", "/v2/health/ready", null, null, Any, 200),
            ("GET /v2/models/{model}", "/v2/models/default", null, null, Any, 200),
            ("GET /v2/models/{model}", "/v2/models/other", null, null, Any, 404),
            ("GET /v2/models/{model}/ready", "/v2/models/default/ready", null, null, Any, 200),
            ("GET /v2/models/{model}/ready", "/v2/models/other/ready", null, null, Any, 404),
            ("GET /v2/models/{model}/versions/{version}", "/v2/models/default/versions/1", null, null, Any, 200),
            ("GET /v2/models/{model}/versions/{version}", "/v2/models/default/versions/2", null, null, Any, 404),
            ("GET /v2/models/{model}/versions/{version}/ready", "/v2/models/default/versions/1/ready", null, null, Any, 200),
            ($"POST {Infer}", "/v2/models/default/infer", Json, Request(red), Any, 200),
            ($"POST {Infer}", "/v2/models/default/infer", Json, Request(red, """, "parameters":{"binary_data_output":true}"""), Any, 200),
            ($"POST {Infer}", "/v2/models/default/infer", Json, "{}"u8.ToArray(), Any, 400),
            ($"POST {Infer}", "/v2/models/other/infer", Json, Request(red), Any, 404),
            ($"POST {InferVersion}", "/v2/models/default/versions/1/infer", Json, Request(red), Any, 200),
            ($"POST {InferVersion}", "/v2/models/default/versions/7/infer", Json, Request(red), Any, 404),
        ];
        return calls.Select(c => new TestCaseData(c.Operation, c.Address, c.Type, c.Body, c.Accept, c.Status)
            .SetArgDisplayNames(c.Operation, c.Address, c.Type ?? "", c.Accept, $"{c.Status}"));
    }

    private static string Address(string operation) =>
        operation.Split(' ')[1].Replace("{model}", "default", StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal);

    private static byte[] Request(byte[] image, string more = "") => Encoding.UTF8.GetBytes(
        $$"""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["{{Convert.ToBase64String(image)}}"]}]{{more}}}""");

    private static byte[] Zip(byte[] image)
    {
        using MemoryStream file = new();
        using (ZipArchive zip = new(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, byte[] content) in new[] { ("a.png", image), ("b.txt", "no image"u8.ToArray()) })
                using (Stream entry = zip.CreateEntry(name).Open())
                    entry.Write(content);
        return file.ToArray();
    }
}
