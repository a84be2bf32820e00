using SkinClassifier.Common;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Prediction;

public sealed class PredictionEngineTests
{
    private static readonly ImageClassificationModel Model = SmallModels.Create(["red", "green", "blue"]);

    [Test]
    public void Path_stream_bytes_and_image_give_the_same_scores()
    {
        using TemporaryFolder folder = new();
        using PredictionEngine engine = new(Model);
        RgbImage image = SmallModels.Plain(20, 40, 220);
        string path = folder.File("blue.png");
        image.Save(path);
        ImagePrediction expected = engine.Predict(image);
        using FileStream stream = File.OpenRead(path);
        Assert.That(expected.PredictedLabel, Is.EqualTo("blue"));
        Assert.That(engine.Predict(path).Score, Is.EqualTo(expected.Score));
        Assert.That(engine.Predict(stream).Score, Is.EqualTo(expected.Score));
        Assert.That(engine.Predict(File.ReadAllBytes(path).AsSpan()).Score, Is.EqualTo(expected.Score));
        Assert.That(engine.Predict(path).Path, Is.EqualTo(path));
    }

    [Test]
    public void Ranked_scores_are_sorted_complete_and_sum_to_one()
    {
        using PredictionEngine engine = new(Model);
        ImagePrediction prediction = engine.Predict(SmallModels.Plain(250, 120, 10));
        Assert.That(prediction.Scores.Select(s => s.Label), Is.EqualTo(new[] { "red", "green", "blue" }));
        Assert.That(prediction.Scores.Sum(s => s.Score), Is.EqualTo(1).Within(1e-6));
        Assert.That(prediction.ToString(), Does.StartWith("red "));
    }

    [TestCase(1)]
    [TestCase(7)]
    [TestCase(8)]
    [TestCase(19)]
    public void A_batch_gives_what_single_images_give(int count)
    {
        using PredictionEngine engine = new(Model);
        RgbImage[] images = [.. Enumerable.Range(0, count).Select(i => SmallModels.Plain((byte)(i * 11), (byte)(255 - i * 7), (byte)(i * 5), 9 + i, 12))];
        IReadOnlyList<ImagePrediction> batch = engine.Predict(images);
        for (int i = 0; i < count; i++)
            Assert.That(batch[i].Score, Is.EqualTo(engine.Predict(images[i]).Score).Within(1e-6f));
    }

    [Test]
    public void Files_keep_their_order_and_a_bad_one_has_its_reason()
    {
        using TemporaryFolder folder = new();
        List<string> paths = [];
        for (int i = 0; i < 40; i++)
        {
            string path = folder.File($"{i}.png");
            if (i % 10 == 3)
                File.WriteAllText(path, "no image");
            else
                SmallModels.Plain((byte)(i % 2 == 0 ? 200 : 0), (byte)(i % 2 == 0 ? 0 : 200), 0).Save(path);
            paths.Add(path);
        }
        paths.Add(folder.File("missing.png"));
        using PredictionEngine engine = new(Model);
        ImagePrediction[] all = [.. engine.PredictFiles(paths)];
        Assert.That(all.Select(p => p.Path), Is.EqualTo(paths));
        for (int i = 0; i < 40; i++)
            Assert.That(all[i].PredictedLabel, Is.EqualTo(i % 10 == 3 ? null : i % 2 == 0 ? "red" : "green"), $"image {i}");
        Assert.That(all[3].Error, Does.Contain("3.png"));
        Assert.That(all[40].Error, Does.Contain("missing.png"));
    }

    [Test]
    public void Scores_of_an_encoded_image_go_into_a_span()
    {
        using PredictionEngine engine = new(Model);
        byte[] content = SmallModels.Plain(20, 40, 220).EncodePng();
        float[] scores = new float[3];
        engine.Predict(content, scores);
        Assert.That(scores, Is.EqualTo(engine.Predict(content.AsSpan()).Score));
        Assert.That(() => engine.Predict(content, new float[4]), Throws.ArgumentException);
        Assert.That(() => engine.Predict([1, 2, 3], scores, "x.jpg"), Throws.InstanceOf<SkinClassifierException>().With.Message.StartsWith("x.jpg"));
    }

    [Test, NonParallelizable]
    public void Hundred_warm_predictions_of_a_real_network_allocate_nothing([Values(1, 2)] int threads)
    {
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b", "c"], 32);
        using PredictionEngine engine = new(model, new ImagePredictionOptions { Threads = threads });
        byte[] content = SmallModels.Plain(120, 90, 60, 200, 150).EncodeJpeg();
        RgbImage image = RgbImage.Decode(content);
        float[] scores = new float[3];
        Assert.That(AllocatedBytes.Of(100, () => engine.Predict(content, scores)), Is.Zero, "decode, preprocess, network");
        Assert.That(AllocatedBytes.Of(100, () => engine.Predict(image, scores)), Is.Zero, "preprocess, network");
        Assert.That(scores.Sum(), Is.EqualTo(1).Within(1e-5));
    }

    [Test]
    public void Wrong_use_is_refused()
    {
        PredictionEngine engine = new(Model);
        Assert.That(() => engine.Predict(SmallModels.Plain(1, 2, 3), new float[2]), Throws.ArgumentException);
        engine.Dispose();
        Assert.That(() => engine.Predict(SmallModels.Plain(1, 2, 3)), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_pool_serves_many_callers_with_few_engines()
    {
        using PredictionEnginePool pool = new(Model, new PredictionEnginePoolOptions { MaximumEngines = 2 });
        byte[] red = SmallModels.Plain(230, 10, 10).EncodePng(), green = SmallModels.Plain(10, 230, 10).EncodePng();
        Task<ImagePrediction>[] tasks = [.. Enumerable.Range(0, 200).Select(i => pool.PredictAsync(i % 2 == 0 ? red : green))];
        ImagePrediction[] all = await Task.WhenAll(tasks);
        for (int i = 0; i < all.Length; i++)
            Assert.That(all[i].PredictedLabel, Is.EqualTo(i % 2 == 0 ? "red" : "green"));
        Assert.That(async () => await pool.PredictAsync(new byte[] { 1, 2, 3 }), Throws.InstanceOf<SkinClassifierException>());
        Assert.That((await pool.PredictAsync(red)).PredictedLabel, Is.EqualTo("red"), "a bad image does not use up a place");
    }

    [Test]
    public void A_waiting_caller_can_give_up()
    {
        using PredictionEnginePool pool = new(Model, new PredictionEnginePoolOptions { MaximumEngines = 1 });
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.That(async () => await pool.PredictAsync(SmallModels.Plain(1, 1, 1), cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
    }
}
