using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Hosting;

public sealed class HotReloadTests
{
    private static readonly RgbImage Red = SmallModels.Plain(220, 10, 10);

    [Test]
    public async Task Two_hundred_replacements_under_load_fail_nothing_mix_nothing_and_keep_no_memory()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        ImageClassificationModel[] models =
            [SmallModels.Create(["a1", "a2", "a3"], sharpness: 0.02f), SmallModels.Create(["b1", "b2", "b3"], sharpness: 0.05f)];
        float[] expected = [.. models.Select(m => new PredictionEngine(m).Predict(Red).Scores[0].Score)];
        models[0].Save(path);
        using ServiceProvider services = Services(path);
        NamedPredictionEnginePools pools = services.GetRequiredService<NamedPredictionEnginePools>();
        pools.LoadAll();
        WeakReference first = FirstModel(pools);
        using CancellationTokenSource stop = new();
        long predictions = 0;
        Task[] load = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                ImagePrediction prediction = await pools.PredictAsync("skin", Red.EncodePng());
                int model = prediction.PredictedLabel![0] - 'a';
                Assert.That(prediction.Scores[0].Score, Is.EqualTo(expected[model]).Within(1e-6f), "labels of one model with scores of another");
                Interlocked.Increment(ref predictions);
            }
        }))];
        long memory = 0;
        for (int i = 1; i <= 200; i++)
        {
            if (i % 2 == 0)
                models[i % 2].Save(path); // temporary file and rename
            else
                ChangeInPlace(models[i % 2], path);
            int wanted = i;
            await TestHost.Until(() => pools.GetModel("skin").Labels[0] == models[wanted % 2].Labels[0],
                $"replacement {i} was not taken: {pools.Status[0].LastError}");
            if (i == 50)
                memory = GC.GetTotalMemory(forceFullCollection: true);
        }
        stop.Cancel();
        await Task.WhenAll(load);
        Assert.That(predictions, Is.GreaterThan(200));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true), Is.LessThan(memory + 3_000_000));
        Assert.That(first.IsAlive, Is.False, "the first model's weights are still held");
    }

    [Test]
    public async Task A_bad_new_file_is_refused_reported_and_the_old_model_goes_on()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["a1", "a2"]).Save(path);
        using ServiceProvider services = Services(path);
        NamedPredictionEnginePools pools = services.GetRequiredService<NamedPredictionEnginePools>();
        HealthCheckService health = services.GetRequiredService<HealthCheckService>();
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Unhealthy), "before loading");
        pools.LoadAll();
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
        File.WriteAllText(path, "not a model at all");
        await TestHost.Until(() => pools.Status[0].LastError is not null, "the bad file was not noticed");
        Assert.That(pools.Predict("skin", Red).PredictedLabel, Is.EqualTo("a1"));
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Degraded));
        SmallModels.Create(["b1", "b2"]).Save(path);
        await TestHost.Until(() => pools.GetModel("skin").Labels[0] == "b1", "the good file was not taken");
        Assert.That(pools.Status[0].LastError, Is.Null);
        Assert.That((await health.CheckHealthAsync()).Status, Is.EqualTo(HealthStatus.Healthy));
    }

    [Test]
    public void A_deleted_file_keeps_the_loaded_model()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["a1", "a2"]).Save(path);
        using ServiceProvider services = Services(path);
        NamedPredictionEnginePools pools = services.GetRequiredService<NamedPredictionEnginePools>();
        pools.LoadAll();
        File.Delete(path);
        Thread.Sleep(200);
        Assert.That(pools.Predict("skin", Red).PredictedLabel, Is.EqualTo("a1"));
    }

    [Test]
    public async Task A_missing_or_damaged_model_stops_the_start_of_the_host()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        using ServiceProvider missing = Services(path);
        Assert.That(async () => await Start(missing), Throws.InstanceOf<FileNotFoundException>());
        await File.WriteAllTextAsync(path, "x");
        using ServiceProvider damaged = Services(path);
        Assert.That(async () => await Start(damaged), Throws.InstanceOf<InvalidContentException>());
    }

    [Test]
    public void Names_choose_models_and_an_unknown_one_lists_them()
    {
        using TemporaryFolder folder = new();
        SmallModels.Create(["a1", "a2"]).Save(folder.File("a.zip"));
        SmallModels.Create(["b1", "b2"]).Save(folder.File("b.zip"));
        using ServiceProvider services = new ServiceCollection().AddPredictionEnginePool().FromFile(folder.File("a.zip"), false)
            .FromFile("second", folder.File("b.zip")).Services.BuildServiceProvider();
        NamedPredictionEnginePools pools = services.GetRequiredService<NamedPredictionEnginePools>();
        Assert.That(pools.Predict("", Red).PredictedLabel, Is.EqualTo("a1"));
        Assert.That(pools.Predict("second", Red).PredictedLabel, Is.EqualTo("b1"));
        Assert.That(() => pools.Predict("third", Red), Throws.ArgumentException.With.Message.Contains("\"second\""));
    }

    private static ServiceProvider Services(string path) => TestHost.Services(path);

    private static async Task Start(IServiceProvider services)
    {
        foreach (IHostedService service in services.GetServices<IHostedService>())
            await service.StartAsync(default);
    }

    private static void ChangeInPlace(ImageClassificationModel model, string path)
    {
        using MemoryStream zip = new();
        model.Save(zip);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        file.Write(zip.GetBuffer(), 0, (int)zip.Length);
    }

    private static WeakReference FirstModel(NamedPredictionEnginePools pools) => new(pools.GetModel("skin").Network);
}
