using SkinClassifier.Data;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Models;

public sealed class LoadForPredictionTests : FolderTests
{
    private static readonly RgbImage[] Images =
        [.. Enumerable.Range(0, 11).Select(i => SmallModels.Plain((byte)(i * 23), (byte)(255 - i * 7), (byte)(i * 15), 40 + i, 50))];

    [Test]
    public void Single_images_get_the_same_scores_bit_for_bit([Values(1, 4)] int views)
    {
        string path = Saved();
        ImagePredictionOptions options = new() { TestTimeAugmentation = views };
        using PredictionEngine whole = new(ImageClassificationModel.Load(path), options);
        using PredictionEngine alone = new(ImageClassificationModel.LoadForPrediction(path), options);
        foreach (RgbImage image in Images)
            Assert.That(alone.Predict(image).Scores, Is.EqualTo(whole.Predict(image).Scores));
    }

    [Test]
    public void Batches_and_evaluation_get_the_same_answers()
    {
        string path = Saved();
        ImageClassificationModel whole = ImageClassificationModel.Load(path), alone = ImageClassificationModel.LoadForPrediction(path);
        using PredictionEngine one = new(whole), other = new(alone);
        other.Predict(Images[0]);
        foreach ((ImagePrediction expected, ImagePrediction actual) in one.Predict(Images).Zip(other.Predict(Images)))
            Assert.That(actual.Scores.Select(s => s.Score), Is.EqualTo(expected.Scores.Select(s => s.Score)).Within(1e-5f));
        for (int i = 0; i < Images.Length; i++)
        {
            Directory.CreateDirectory(_folder.File(i % 2 == 0 ? "set/red" : "set/green"));
            Images[i].Save(_folder.File($"set/{(i % 2 == 0 ? "red" : "green")}/{i}.png"));
        }
        ImageDataset data = ImageDataset.FromFolder(_folder.File("set"));
        Assert.That(alone.Evaluate(data).Metrics.LogLoss, Is.EqualTo(whole.Evaluate(data).Metrics.LogLoss).Within(1e-5));
    }

    [Test]
    public void Engines_with_and_without_a_policy_share_one_set_of_weights()
    {
        string path = _folder.File("policy.zip");
        ImageClassificationModel model = SmallModels.MobileNet(["a", "b"], 64).WithPolicy(StoredChecksTests.Create(1280).Model.Policy);
        model.Save(path);
        ImageClassificationModel alone = ImageClassificationModel.LoadForPrediction(path);
        using PredictionEngine with = new(alone), without = new(alone, new ImagePredictionOptions { UsePolicy = false }), expected = new(model);
        foreach (RgbImage image in Images)
        {
            Assert.That(with.Predict(image).Scores, Is.EqualTo(expected.Predict(image).Scores));
            Assert.That(with.Predict(image).Familiarity, Is.EqualTo(expected.Predict(image).Familiarity).And.Not.Null);
            Assert.That(without.Predict(image).Scores, Is.EqualTo(expected.Predict(image).Scores));
        }
    }

    [Test]
    public void A_pool_works_and_other_manifests_keep_the_weights()
    {
        string path = Saved();
        ImageClassificationModel alone = ImageClassificationModel.LoadForPrediction(path);
        using PredictionEngine whole = new(ImageClassificationModel.Load(path));
        using PredictionEnginePool pool = new(alone, new PredictionEnginePoolOptions { MaximumEngines = 2 });
        float[][] expected = [.. Images.Select(i => whole.Predict(i).Scores.Select(s => s.Score).ToArray())];
        Parallel.For(0, Images.Length, i => Assert.That(pool.Predict(Images[i]).Scores.Select(s => s.Score), Is.EqualTo(expected[i])));
        using PredictionEngine renamed = new(alone.With(alone.Manifest with { Labels = ["x", "y"] }));
        Assert.That(renamed.Predict(Images[0]).Scores.Select(s => s.Score), Is.EqualTo(expected[0]));
    }

    [Test]
    public void What_needs_the_weights_is_refused_before_and_after_the_first_prediction()
    {
        string path = Saved();
        ImageClassificationModel alone = ImageClassificationModel.LoadForPrediction(path);
        using PredictionEngine engine = new(alone);
        for (int turn = 0; turn < 2; turn++)
        {
            Action[] refused = [() => _ = alone.Network, () => alone.Save(_folder.File("again.zip")), () => alone.ExportOnnx(_folder.File("again.onnx")),
                () => engine.Explain(path), () => ModelEnsemble.Combine([alone, alone])];
            foreach (Action action in refused)
                Assert.That(() => action(), Throws.InvalidOperationException.With.Message.EqualTo("ImageClassificationModel: expected a model that keeps its "
                    + "weights, received one that LoadForPrediction has read. Saving, exporting, explaining, joining models and teaching need them: read the "
                    + "file with Load."));
            engine.Predict(Images[0]);
        }
        Assert.That(Directory.GetFiles(_folder.FullPath).Select(Path.GetFileName), Is.EquivalentTo(new[] { "model.zip" }));
    }

    private string Saved()
    {
        string path = _folder.File("model.zip");
        SmallModels.MobileNet(["red", "green"], 64).Save(path);
        return path;
    }
}
