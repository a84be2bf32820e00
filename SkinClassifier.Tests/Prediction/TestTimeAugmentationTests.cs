using System.Text;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Prediction;

/// <summary>Views of an image and the mean of their scores. The network weighs every pixel differently, so that no view is like another.</summary>
public sealed class TestTimeAugmentationTests
{
    private static readonly string[] Labels = ["a", "b", "c"];

    [TestCase(1, 7, 7)]
    [TestCase(2, 7, 7)]
    [TestCase(4, 7, 7)]
    [TestCase(8, 7, 7)]
    [TestCase(2, 9, 6)]
    [TestCase(4, 9, 6)]
    [TestCase(8, 40, 40)]
    public void The_score_is_the_mean_over_images_turned_by_hand(int views, int width, int height)
    {
        ImageClassificationModel model = Model(width, height);
        using PredictionEngine plain = new(model), engine = new(model, new ImagePredictionOptions { TestTimeAugmentation = views });
        RgbImage image = Image(width, height, 3);
        RgbImage[] turned = [.. Turned(image).Take(views)];
        float[] mean = new float[3];
        foreach (RgbImage view in turned)
            for (int k = 0; k < 3; k++)
                mean[k] += plain.Predict(view).Score[k] / views;
        Assert.That(engine.Predict(image).Score, Is.EqualTo(mean).Within(1e-6f));
        Assert.That(turned.Select(t => Convert.ToHexString(t.Pixels)).Distinct().Count(), Is.EqualTo(views), "every view is another image");
        if (views > 1)
            Assert.That(mean, Is.Not.EqualTo(plain.Predict(image).Score).Within(1e-4f));
    }

    [TestCase(2)]
    [TestCase(4)]
    [TestCase(8)]
    public void A_batch_and_an_evaluation_give_what_single_images_give(int views)
    {
        ImageClassificationModel model = Model(7, 7, views);
        using PredictionEngine engine = new(model);
        RgbImage[] images = [.. Enumerable.Range(0, 13).Select(i => Image(7, 7, (ulong)i))];
        IReadOnlyList<ImagePrediction> batch = engine.Predict(images);
        ImageDataset data = ImageDataset.FromMemory(images.Select((p, i) => new ImageSource($"{i:00}.png", Labels[i % 3], p.EncodePng())));
        ModelEvaluation evaluation = model.Evaluate(data), plain = model.Evaluate(data, new EvaluationOptions { TestTimeAugmentation = 1 });
        for (int i = 0; i < images.Length; i++)
        {
            IReadOnlyList<float> single = engine.Predict(images[i]).Score;
            int at = evaluation.Examples.ToList().FindIndex(e => e.Path == $"{i:00}.png");
            Assert.That(batch[i].Score, Is.EqualTo(single).Within(1e-6f));
            Assert.That(evaluation.ScoresOf(at).ToArray(), Is.EqualTo(single).Within(1e-6f));
            Assert.That(plain.ScoresOf(at).ToArray(), Is.Not.EqualTo(single).Within(1e-4f));
        }
    }

    [Test]
    public void A_pool_uses_the_number_that_the_model_brings()
    {
        using PredictionEnginePool pool = new(Model(7, 7, 8));
        using PredictionEngine engine = new(Model(7, 7), new ImagePredictionOptions { TestTimeAugmentation = 8 });
        RgbImage image = Image(7, 7, 5);
        Assert.That(pool.Predict(image.EncodePng()).Score, Is.EqualTo(engine.Predict(image).Score).Within(1e-6f));
    }

    [TestCase(1)]
    [TestCase(8)]
    public void Warm_predictions_allocate_nothing(int views)
    {
        using PredictionEngine engine = new(Model(7, 7, views), new ImagePredictionOptions { Threads = 1 });
        RgbImage image = Image(20, 30, 1);
        float[] scores = new float[3];
        for (int i = 0; i < 200; i++)
            engine.Predict(image, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            engine.Predict(image, scores);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [TestCase(3, 7, 7, "1, 2, 4 or 8")]
    [TestCase(0, 7, 7, "1, 2, 4 or 8")]
    [TestCase(8, 9, 6, "1, 2 or 4")]
    public void Other_numbers_are_refused_with_those_that_exist(int views, int width, int height, string allowed)
    {
        ImageClassificationModel model = Model(width, height);
        Assert.That(() => new PredictionEngine(model, new ImagePredictionOptions { TestTimeAugmentation = views }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains(allowed));
        Assert.That(() =>
            model.Evaluate(ImageDataset.FromMemory([new ImageSource("0.png", "a", Image(7, 7, 0).EncodePng()),
                new ImageSource("1.png", "b", Image(7, 7, 1).EncodePng())]), new EvaluationOptions { TestTimeAugmentation = views }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(allowed));
        if (views == 0)
            return;
        byte[] json = (model.Manifest with { TestTimeAugmentation = views }).ToJson();
        Assert.That(() => ModelManifest.FromJson(json, "m.zip"), Throws.InstanceOf<InvalidContentException>().With.Message.Contains(allowed));
    }

    [Test]
    public void The_number_is_kept_in_the_file_and_a_file_without_it_means_one()
    {
        using MemoryStream file = new();
        Model(7, 7, 4).Save(file);
        file.Position = 0;
        Assert.That(ImageClassificationModel.Load(file).Manifest.TestTimeAugmentation, Is.EqualTo(4));
        string json = Encoding.UTF8.GetString(Model(7, 7).Manifest.ToJson()),
            without = json.Replace("\"testTimeAugmentation\": 1,", "", StringComparison.Ordinal);
        Assert.That(without, Is.Not.EqualTo(json));
        Assert.That(ModelManifest.FromJson(Encoding.UTF8.GetBytes(without), "m.zip").TestTimeAugmentation, Is.EqualTo(1));
    }

    private static IEnumerable<RgbImage> Turned(RgbImage image)
    {
        yield return image;
        yield return image.FlipHorizontal();
        yield return image.FlipVertical();
        yield return image.RotateQuarterTurns(2);
        yield return image.RotateQuarterTurns(1);
        yield return image.RotateQuarterTurns(3);
        yield return image.RotateQuarterTurns(1).FlipHorizontal();
        yield return image.RotateQuarterTurns(3).FlipHorizontal();
    }

    private static RgbImage Image(int width, int height, ulong seed)
    {
        RgbImage image = new(width, height);
        SeededRandom random = new(seed);
        foreach (ref byte value in image.Pixels)
            value = (byte)random.NextInt32(256);
        return image;
    }

    private static ImageClassificationModel Model(int width, int height, int views = 1)
    {
        GraphBuilder builder = new("every pixel counts");
        string x = builder.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, height, width));
        SeededRandom random = new(11);
        float[] weights = new float[Labels.Length * 3 * width * height];
        float spread = 0.012f / MathF.Sqrt(3 * width * height);
        foreach (ref float weight in weights.AsSpan())
            weight = (random.NextInt32(2001) - 1000) * 1e-3f * spread;
        builder.Parameter("weight", new Tensor(new TensorShape(Labels.Length, 3 * width * height), weights));
        builder.Parameter("bias", new Tensor(new TensorShape(Labels.Length)));
        builder.AddNode("Gemm", "head", [builder.Flatten(x, "flatten"), "weight", "bias"], ["logits"],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        builder.AddNode("Softmax", "softmax", ["logits"], [ImageClassificationModel.OutputName]);
        return new ImageClassificationModel(builder.Build(ImageClassificationModel.OutputName),
            new ModelManifest { Labels = Labels, Width = width, Height = height, TestTimeAugmentation = views });
    }
}
