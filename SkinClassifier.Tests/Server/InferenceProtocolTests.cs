using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>The Open Inference Protocol v2, as its text says; the client here is written against the text alone.</summary>
public sealed class InferenceProtocolTests
{
    private static readonly ImageClassificationModel Model = SmallModels.Create(["red", "green", "blue"]);
    private RunningServer _server = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _server = await RunningServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task Server_and_model_describe_themselves()
    {
        JsonElement server = await GetAsync("/v2");
        Assert.That((server.GetProperty("name").GetString(), server.GetProperty("extensions")[0].GetString()),
            Is.EqualTo(("skinclassifier", "binary_tensor_data")));
        foreach (string path in new[] { "/v2/models/default", "/v2/models/default/versions/1" })
        {
            JsonElement model = await GetAsync(path);
            Assert.That(model.GetProperty("name").GetString(), Is.EqualTo("default"));
            Assert.That(model.GetProperty("inputs")[1].GetProperty("shape").GetRawText(), Is.EqualTo("[-1,3,8,8]"));
            Assert.That(model.GetProperty("outputs")[0].GetRawText(), Is.EqualTo("""{"name":"Score","datatype":"FP32","shape":[-1,3]}"""));
            Assert.That((await GetAsync(path + "/ready")).GetProperty("ready").GetBoolean(), Is.True);
        }
        Assert.That((await GetAsync("/v2/health/live")).GetProperty("live").GetBoolean(), Is.True);
    }

    [TestCase("/v2/models/other", HttpStatusCode.NotFound)]
    [TestCase("/v2/models/default/versions/2", HttpStatusCode.NotFound)]
    public async Task What_does_not_exist_is_said_in_the_protocols_own_form(string path, HttpStatusCode status)
    {
        using HttpResponseMessage answer = await _server.Client.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(status));
        Assert.That((await RunningServer.JsonAsync(answer)).GetProperty("error").GetString(), Is.Not.Empty);
    }

    [Test]
    public async Task Image_files_in_base64_are_predicted()
    {
        JsonElement answer = await InferAsync($$"""
            {"id":"7","inputs":[{"name":"image","datatype":"BYTES","shape":[2],"data":["{{Convert.ToBase64String(RunningServer.Red)}}",
            "{{Convert.ToBase64String(RunningServer.Blue)}}"]}]}
            """);
        Assert.That((answer.GetProperty("id").GetString(), answer.GetProperty("model_name").GetString(), answer.GetProperty("model_version").GetString()),
            Is.EqualTo(("7", "default", "1")));
        JsonElement scores = answer.GetProperty("outputs")[0], labels = answer.GetProperty("outputs")[1];
        Assert.That(scores.GetProperty("shape").GetRawText(), Is.EqualTo("[2,3]"));
        Assert.That(Numbers(scores), Is.EqualTo(Expected(RunningServer.Red).Concat(Expected(RunningServer.Blue))));
        Assert.That(labels.GetProperty("data").EnumerateArray().Select(l => l.GetString()), Is.EqualTo(new[] { "red", "blue" }));
    }

    [Test]
    public async Task Pixels_are_predicted_without_another_resize()
    {
        float[] pixels = [.. Enumerable.Range(0, 2 * 3 * 64).Select(i => i % 192 < 64 ? 200.5f : 20.25f)];
        JsonElement answer = await InferAsync(
            $$"""{"inputs":[{"name":"image","datatype":"FP32","shape":[2,3,8,8],"data":{{JsonSerializer.Serialize(pixels)}}}],"outputs":[{"name":"Score"}]}""");
        using PredictionEngine engine = new(Model);
        Assert.That(answer.GetProperty("outputs").GetArrayLength(), Is.EqualTo(1));
        Assert.That(Numbers(answer.GetProperty("outputs")[0]).Take(3), Is.EqualTo(engine.PredictPixels(pixels.AsSpan(0, 192)).Score));
    }

    [Test]
    public async Task Binary_tensors_follow_the_JSON_in_both_directions()
    {
        byte[] header = Encoding.UTF8.GetBytes($$$"""
            {"parameters":{"binary_data_output":true},"inputs":[{"name":"image","datatype":"BYTES","shape":[1],
            "parameters":{"binary_data_size":{{{RunningServer.Red.Length + 4}}}}}]}
            """);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, RunningServer.Red.Length);
        using ByteArrayContent content = new([.. header, .. length, .. RunningServer.Red]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add("Inference-Header-Content-Length", $"{header.Length}");
        using HttpResponseMessage answer = await _server.Client.PostAsync("/v2/models/default/infer", content);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        int jsonLength = int.Parse(answer.Headers.GetValues("Inference-Header-Content-Length").Single());
        JsonElement outputs = JsonDocument.Parse(body.AsMemory(0, jsonLength)).RootElement.GetProperty("outputs");
        int[] sizes = [.. outputs.EnumerateArray().Select(o => o.GetProperty("parameters").GetProperty("binary_data_size").GetInt32())];
        Assert.That(sizes, Is.EqualTo(new[] { 12, 7 }));
        Assert.That(body, Has.Length.EqualTo(jsonLength + sizes.Sum()));
        Assert.That(Enumerable.Range(0, 3).Select(i => BinaryPrimitives.ReadSingleLittleEndian(body.AsSpan(jsonLength + 4 * i))),
            Is.EqualTo(Expected(RunningServer.Red)));
        Assert.That(Encoding.UTF8.GetString(body.AsSpan(jsonLength + 16)), Is.EqualTo("red"));
    }

    [TestCase("{", "")]
    [TestCase("null", "inputs")]
    [TestCase("""{"inputs":[]}""", "received none")]
    [TestCase("""{"inputs":[{"name":"x","datatype":"BYTES","shape":[1],"data":["aa"]}]}""", "received \"x\"")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"INT8","shape":[1,3,8,8],"data":[1]}]}""", "expected BYTES [N] (image files) or FP32 [N,3,8,8]")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"FP32","shape":[1,3,4,4],"data":[1]}]}""", "received FP32 [1,3,4,4]")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"FP32","shape":[1,3,8,8],"data":[1,2]}]}""", "expected 192 numbers, received 2")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["?"]}]}""", "in base64")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["AAAA"]}]}""", "expected one of JPEG, PNG")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[9999],"data":["AAAA"]}]}""", "1 to 256 images")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1]}]}""", "received neither")]
    [TestCase("""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"parameters":{"binary_data_size":3}}]}""", "the 0 bytes that follow")]
    public async Task A_request_that_is_none_is_answered_with_a_sentence(string json, string sentence)
    {
        using HttpResponseMessage answer = await _server.PostAsync("/v2/models/default/infer", Encoding.UTF8.GetBytes(json), "application/json");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That((await RunningServer.JsonAsync(answer)).GetProperty("error").GetString(), Does.Contain(sentence));
    }

    private static IEnumerable<float> Expected(byte[] image)
    {
        using PredictionEngine engine = new(Model);
        return engine.Predict(image.AsSpan()).Score;
    }

    private static IEnumerable<float> Numbers(JsonElement output) => output.GetProperty("data").EnumerateArray().Select(n => n.GetSingle());

    private async Task<JsonElement> GetAsync(string path) => await RunningServer.JsonAsync(await _server.Client.GetAsync(path));

    private async Task<JsonElement> InferAsync(string json)
    {
        using HttpResponseMessage answer = await _server.PostAsync("/v2/models/default/infer", Encoding.UTF8.GetBytes(json), "application/json");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await RunningServer.JsonAsync(answer);
    }
}
