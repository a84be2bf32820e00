using System.Net;
using System.Text.Json;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

public sealed class ExplainEndpointTests
{
    [Test]
    public async Task An_image_gets_its_prediction_and_a_heat_map()
    {
        using TemporaryFolder folder = new();
        SmallModels.MobileNet(["a", "b", "c"], 64).Save(folder.File("net.zip"));
        await using RunningServer server = await RunningServer.StartAsync("--model", folder.File("net.zip"));
        JsonElement answer = await RunningServer.JsonAsync(await server.PostAsync("/v1/explain?method=hirescam&label=b", RunningServer.Red));
        JsonElement map = answer.GetProperty("heatMap");
        Assert.That((map.GetProperty("label").GetString(), map.GetProperty("method").GetString()), Is.EqualTo(("b", "hirescam")));
        Assert.That(map.GetProperty("layer").GetString(), Is.Not.Empty);
        Assert.That(map.GetProperty("notice").GetString(), Does.Contain("not whether it is right").And.Contain("not a medical device"));
        Assert.That(RgbImage.Decode(Convert.FromBase64String(map.GetProperty("overlay").GetString()!.Split(',')[1])).Width, Is.GreaterThan(256));
        JsonElement prediction = await RunningServer.JsonAsync(await server.PostAsync("/v1/predict", RunningServer.Red));
        Assert.That(answer.GetProperty("prediction").GetRawText(), Is.EqualTo(prediction.GetRawText()), "the same prediction as without a map");
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/explain") { Content = new ByteArrayContent(RunningServer.Red) };
        request.Headers.Add("Accept", "image/png");
        using HttpResponseMessage image = await server.Client.SendAsync(request);
        Assert.That(image.Content.Headers.ContentType?.MediaType, Is.EqualTo("image/png"));
    }

    [Test]
    public async Task What_cannot_be_explained_says_why()
    {
        await using RunningServer server = await RunningServer.StartAsync("--rate-limit", "20");
        await PredictEndpointTests.ExpectAsync(
            await server.PostAsync("/v1/explain?method=magic", RunningServer.Red), HttpStatusCode.BadRequest, "The request cannot be read.");
        await PredictEndpointTests.ExpectAsync(
            await server.PostAsync("/v1/explain?label=x", RunningServer.Red), HttpStatusCode.BadRequest, "There is no such heat map.");
        await PredictEndpointTests.ExpectAsync(await server.PostAsync("/v1/explain", [1, 2]), HttpStatusCode.BadRequest, "The image cannot be read.");
        await PredictEndpointTests.ExpectAsync(
            await server.PostAsync("/v1/explain?method=occlusion", RunningServer.Red), HttpStatusCode.TooManyRequests, "Too many predictions.");
    }
}
