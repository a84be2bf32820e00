using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using SkinClassifier.Hosting;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Hosting;

public sealed class ModelStatusTests
{
    [Test]
    public async Task Status_says_exactly_what_predicts_and_since_when()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["mel", "nv", "bkl"]).Save(path);
        using ServiceProvider services = TestHost.Services(path);
        NamedPredictionEnginePools pools = services.Pools();
        ModelStatus before = pools.Status.Single();
        Assert.That((before.Name, before.Path, before.Loaded, before.Sha256, before.Classes.Count), Is.EqualTo(("skin", path, false, (string?)null, 0)));
        DateTimeOffset start = DateTimeOffset.UtcNow;
        pools.LoadAll();
        ModelStatus first = pools.Status.Single();
        Assert.That(first.Sha256, Is.EqualTo(Hash(path)));
        Assert.That((first.Loaded, first.Model, first.TrainedAt, first.Reloads, first.WaitingCallers), Is.EqualTo((true, "small", "unknown", 0, 0)));
        Assert.That(first.Classes, Is.EqualTo(new[] { "mel", "nv", "bkl" }));
        Assert.That(first.FileWrittenAt!.Value.UtcDateTime, Is.EqualTo(File.GetLastWriteTimeUtc(path)));
        Assert.That(first.LoadedAt, Is.InRange(start, DateTimeOffset.UtcNow));
        Assert.That(first.ToString(), Does.Contain(first.Sha256!).And.Contain("small, 3 classes").And.Contain("trained: unknown (file written"));

        SmallModels.Create(["mel", "nv"]).Save(path);
        await TestHost.Until(() => pools.Status[0].Reloads == 1, "the new file was not taken");
        ModelStatus second = pools.Status.Single();
        Assert.That((second.Sha256, second.Classes.Count), Is.EqualTo((Hash(path), 2)));
        Assert.That(second.LoadedAt, Is.GreaterThan(first.LoadedAt));
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
