using System.Text.Json;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>The Open Inference Protocol v2 with a second client, which knows the protocol's text and nothing of this server.</summary>
public sealed class SocketInferenceTests
{
    [Test]
    public async Task A_foreign_client_asks_what_there_is_and_gets_the_same_answer_in_every_form()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        using SocketInferenceClient client = new(server.Address);
        Assert.That(client.Get("/v2/health/live").Status, Is.EqualTo(200));
        Assert.That(client.Get("/v2/health/ready").Json.GetProperty("ready").GetBoolean(), Is.True);
        Assert.That(client.Get("/v2").Json.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()), Does.Contain("binary_tensor_data"));
        Assert.That(client.Get("/v2/models/none").Json.GetProperty("error").GetString(), Is.Not.Empty);
        JsonElement model = client.Get("/v2/models/default").Json;
        long[] shape = [.. model.GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("datatype").GetString() == "FP32").GetProperty("shape")
            .EnumerateArray().Select(n => n.GetInt64())];
        Assert.That(shape, Is.EqualTo(new[] { -1, 3, 8, 8 }));

        using PredictionEngine engine = new(SmallModels.Create(["red", "green", "blue"]));
        float[] expected = [.. engine.Predict(RunningServer.Red.AsSpan()).Score, .. engine.Predict(RunningServer.Blue.AsSpan()).Score];
        JsonElement json = client.InferJson("default", "BYTES", "[2]",
            $"[\"{Convert.ToBase64String(RunningServer.Red)}\",\"{Convert.ToBase64String(RunningServer.Blue)}\"]");
        Assert.That(Data(json, "Score").Select(n => n.GetSingle()), Is.EqualTo(expected));
        Assert.That(Data(json, "PredictedLabel").Select(n => n.GetString()), Is.EqualTo(new[] { "red", "blue" }));
        (float[] scores, string[] labels) =
            client.InferBinary("default", "BYTES", "[2]", SocketInferenceClient.Elements(RunningServer.Red, RunningServer.Blue));
        Assert.That(scores, Is.EqualTo(expected));
        Assert.That(labels, Is.EqualTo(new[] { "red", "blue" }));

        // One color everywhere: the pixels of the network's size are those of the image.
        float[] pixels = [.. new[] { 230f, 10, 10, 10, 10, 230 }.SelectMany(plane => Enumerable.Repeat(plane, 64))];
        Assert.That(Data(client.InferJson("default", "FP32", "[2,3,8,8]", JsonSerializer.Serialize(pixels)), "Score").Select(n => n.GetSingle()),
            Is.EqualTo(expected).Within(1e-6));
        Assert.That(
            client.InferBinary("default", "FP32", "[2,3,8,8]", [.. pixels.SelectMany(BitConverter.GetBytes)]).Scores, Is.EqualTo(expected).Within(1e-6));
    }

    private static IEnumerable<JsonElement> Data(JsonElement answer, string output) => answer.GetProperty("outputs").EnumerateArray()
        .Single(o => o.GetProperty("name").GetString() == output).GetProperty("data").EnumerateArray();
}
