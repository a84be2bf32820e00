using System.Net;
using System.Text.Json;
using SkinClassifier.Data.Synthetic;
using SkinClassifier.Imaging;
using SkinClassifier.Registration;

namespace SkinClassifier.Tests.Server;

public sealed class AlignEndpointTests
{
    [Test]
    public async Task Two_images_of_one_spot_are_laid_over_each_other_and_compared()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        RgbImage scene = SkinPhotograph.Take(LesionKind.All[0], 4, 0, 256);
        RgbImage turned = ImageRegistration.Warp(scene, new SimilarityTransform(15, 0.7, 0.05, 0), 160, 160);
        JsonElement answer = await RunningServer.JsonAsync(
            await server.PostFormAsync("/v1/align",
                ("a.png", ImageRegistration.Warp(scene, new SimilarityTransform(0, 0.7, 0, 0), 160, 160).EncodePng()), ("b.png", turned.EncodePng())));
        Assert.That(answer.GetProperty("isAligned").GetBoolean(), Is.True);
        Assert.That(answer.GetProperty("rotation").GetDouble(), Is.EqualTo(-15).Within(1.5));
        Assert.That(answer.GetProperty("scale").GetDouble(), Is.EqualTo(1).Within(0.03));
        Assert.That(answer.GetProperty("color").GetProperty("meanDifference").GetDouble(), Is.LessThan(6));
        Assert.That(answer.GetProperty("scores").GetArrayLength(), Is.EqualTo(3));
        Assert.That(answer.GetProperty("notice").GetString(), Does.Contain("change between two images, not disease"));
        Assert.That(RgbImage.Decode(Convert.FromBase64String(answer.GetProperty("second").GetString()!.Split(',')[1])).Width, Is.EqualTo(160));
        JsonElement other = await RunningServer.JsonAsync(await server.PostFormAsync("/v1/align", ("a.png", scene.EncodePng()), ("b.png", RunningServer.Red)));
        Assert.That(other.GetProperty("isAligned").GetBoolean(), Is.False);
        Assert.That(other.GetProperty("color").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Anything_but_two_images_is_refused()
    {
        await using RunningServer server = await RunningServer.StartAsync();
        await PredictEndpointTests.ExpectAsync(
            await server.PostFormAsync("/v1/align", ("a.png", RunningServer.Red)), HttpStatusCode.BadRequest, "The request cannot be read.");
        await PredictEndpointTests.ExpectAsync(
            await server.PostAsync("/v1/align", RunningServer.Red), HttpStatusCode.BadRequest, "The request cannot be read.");
        await PredictEndpointTests.ExpectAsync(
            await server.PostFormAsync("/v1/align", ("a.png", RunningServer.Red), ("b.png", [1])), HttpStatusCode.BadRequest, "The image cannot be read.");
    }
}
