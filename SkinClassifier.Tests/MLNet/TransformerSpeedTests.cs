using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.MLNet;

/// <summary>What ML.NET's cursors and prediction engines cost beside our own engine. docs/mlnet.md has the command and measured numbers.</summary>
[Category("Slow")]
[NonParallelizable]
public sealed class TransformerSpeedTests
{
    private SmallImages _images = null!;

    [OneTimeSetUp]
    public void Write() => _images = new SmallImages();

    [OneTimeTearDown]
    public void CleanUp() => _images.Dispose();

    [Test]
    public void A_cursor_over_a_thousand_images_has_at_least_nine_tenths_of_the_speed_of_the_prediction_engine()
    {
        MLContext context = new(1);
        ImageRowInput[] rows = [.. Enumerable.Range(0, 1000).Select(i => _images.Rows[i % _images.Rows.Count])];
        IDataView data = _images.Keyed(context, rows);
        ImageClassificationModel network = SmallModels.MobileNet(["red", "green", "blue"], 128);
        IDataView scored = new ImageNetworkTransformer(CatalogEnvironment.Of(context.Transforms), ImageColumn.Find(data.Schema, "ImagePath"),
            new ScoreStep(network), new ImageNetworkTrainer.Options(), data.Schema).Transform(data);
        using PredictionEngine engine = new(network);
        double ours = 0, theirs = 0;
        // By turns, block after block, so that other work on the machine slows both down.
        using IEnumerator<float[]> cursor = scored.GetColumn<float[]>("Score").GetEnumerator();
        foreach (ImageRowInput[] block in rows.Chunk(20))
        {
            double first = Milliseconds(() => block.Sum(r => (double)engine.Predict(r.ImagePath).Score[0]));
            double second = Milliseconds(() => block.Sum(_ => cursor.MoveNext() ? (double)cursor.Current[0] : throw new InvalidOperationException()));
            (ours, theirs) = (ours + first / rows.Length, theirs + second / rows.Length);
        }
        Assert.That(cursor.MoveNext(), Is.False);
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"engine {ours:0.000} ms per image, transformer {theirs:0.000} ms per image: {ours / theirs:0.000} of its speed"));
        Assert.That(ours / theirs, Is.GreaterThanOrEqualTo(0.9));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Ten_thousand_predictions_leave_no_memory_behind(bool loaded)
    {
        MLContext context = new(1);
        IDataView data = _images.Keyed(context);
        ITransformer model = SmallImages.Transformer(context, data, "ImagePath");
        if (loaded)
        {
            using MemoryStream zip = new();
            context.Model.Save(model, data.Schema, zip);
            zip.Position = 0;
            model = context.Model.Load(zip, out _);
        }
        using var predictor = context.Model.CreatePredictionEngine<ImageRowInput, ImageRowOutput>(
            model, new PredictionEngineOptions { OwnsTransformer = false });
        (long Managed, long Working) before = Predict(2000), after = Predict(10_000);
        TestContext.Out.WriteLine($"managed {before.Managed:N0} → {after.Managed:N0} bytes, working set {before.Working:N0} → {after.Working:N0} bytes");
        Assert.That(after.Managed - before.Managed, Is.LessThan(1 << 20));
        Assert.That(after.Working - before.Working, Is.LessThan(32 << 20));

        (long, long) Predict(int count)
        {
            for (int i = 0; i < count; i++)
                Assert.That(predictor.Predict(_images.Rows[i % _images.Rows.Count]).Score, Has.Length.EqualTo(3));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long managed = GC.GetTotalMemory(forceFullCollection: true);
            using Process process = Process.GetCurrentProcess();
            return (managed, process.WorkingSet64);
        }
    }

    private static double Milliseconds(Func<double> work)
    {
        long start = Stopwatch.GetTimestamp();
        Assert.That(work(), Is.GreaterThan(0));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
