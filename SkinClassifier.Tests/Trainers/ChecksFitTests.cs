using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Execution;
using SkinClassifier.Tests.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class ChecksFitTests
{
    private static readonly RgbImage Foreign = SmallModels.Plain(0, 0, 255, 24, 24);
    private static readonly Lazy<ImageClassificationModel> OfFolds = new(() => Train(32, new() { KeepGallery = true, FineTuneEpoch = 0 }));
    private static readonly Lazy<ImageClassificationModel> FineTuned =
        new(() => Train(28, new() { FineTuneEpoch = 1, ValidationSetFraction = 0.34, TestTimeAugmentation = 2 }));

    [Test]
    public void A_head_that_cross_validation_chose_tells_foreign_images() => AssertTells(OfFolds.Value);

    [Test]
    public void A_network_that_trained_tells_foreign_images() => AssertTells(FineTuned.Value);

    [Test]
    public void A_head_with_hidden_units_needs_no_second_look_at_the_training_images()
    {
        List<string> said = [];
        ImageClassificationModel model = Train(32, new()
        {
            FineTuneEpoch = 0,
            HiddenUnits = [8],
            KeepGallery = true,
            MetricsCallback = m => said.Add($"{m.Phase}: {m.Text}"),
        });
        Assert.That(model.Policy!.Checks!.Familiarity!.Space.Length, Is.EqualTo(16), "what the backbone gives");
        Assert.That(said, Has.None.StartsWith("familiarity: "));
        using PredictionEngine engine = new(model, new ImagePredictionOptions { Similar = 1 });
        ImagePrediction[] own = [.. TestImages.Dataset(32).Examples.Select(e => engine.Predict(e.Image()))];
        Assert.That(own.Count(p => p.Similar[0].Distance < 0.05), Is.GreaterThan(80), "the points of the gallery are those that predictions give");
    }

    [Test]
    public void Familiarity_and_reasons_come_back_from_the_file()
    {
        ImageClassificationModel model = FineTuned.Value, read = SavedAndRead(model);
        using PredictionEngine one = new(model), other = new(read);
        foreach (RgbImage image in (RgbImage[])[Foreign, TestImages.Dataset(1, seed: 9).Examples[0].Image()])
        {
            ImagePrediction expected = one.Predict(image), actual = other.Predict(image);
            Assert.That(actual.Familiarity, Is.EqualTo(expected.Familiarity));
            Assert.That(actual.Reasons, Is.EqualTo(expected.Reasons));
            Assert.That(actual.Score, Is.EqualTo(expected.Score));
        }
    }

    [Test]
    public void Scores_are_the_same_with_and_without_checks()
    {
        using PredictionEngine with = new(FineTuned.Value), without = new(FineTuned.Value, new ImagePredictionOptions { UsePolicy = false });
        ImageDataset images = TestImages.Dataset(4, seed: 9);
        foreach (ImageExample example in images.Examples)
        {
            RgbImage image = example.Image();
            ImagePrediction one = with.Predict(image), other = without.Predict(image);
            Assert.That(one.Score, Is.EqualTo(other.Score));
            Assert.That(other.Familiarity, Is.Null);
        }
    }

    [Test]
    public void Every_way_to_predict_gives_the_same_familiarity()
    {
        using TemporaryFolder folder = new();
        RgbImage image = TestImages.Dataset(1, seed: 9).Examples[0].Image();
        string path = folder.File("a.png"), foreign = folder.File("b.png"), broken = folder.File("c.png");
        image.Save(path);
        Foreign.Save(foreign);
        File.WriteAllText(broken, "no image");
        using PredictionEngine engine = new(FineTuned.Value);
        double expected = engine.Predict(image).Familiarity!.Value;
        ImagePrediction[] files = [.. engine.PredictFiles([broken, path, foreign])];
        double?[] all = [engine.Predict(path).Familiarity, engine.Predict(File.ReadAllBytes(path)).Familiarity,
            engine.Predict([Foreign, image])[1].Familiarity, files[1].Familiarity];
        Assert.That(all, Is.All.EqualTo(expected).Within(1e-6));
        Assert.That(files[0].Familiarity, Is.Null);
        Assert.That(files[2].Reasons.Select(r => r.Code), Has.Member("blank"));
    }

    /// <summary>Validation images are ranked among themselves: their familiarities are the ranks 1/(n+1) to (n+1)/(n+1), each once but for ties.</summary>
    [Test]
    public void Images_that_the_checks_were_fitted_on_have_the_ranks_that_were_stored([Values(1, 4)] int views)
    {
        ImageDataset validation = TestImages.Dataset(10, seed: 8);
        ImageClassificationModel model = Train(28, new() { FineTuneEpoch = 1, TestTimeAugmentation = views, ValidationSet = validation });
        using PredictionEngine engine = new(model);
        double[] ranks = [.. validation.Examples.Select(e => engine.Predict(e.Image()).Familiarity!.Value).Order()];
        for (int i = 0; i < ranks.Length; i++)
            Assert.That(ranks[i] * 31, Is.EqualTo(i + 1.5).Within(0.51), "the image itself counts, or not where its strangeness is rounded differently");
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void One_pass_gives_the_scores_of_all_views_and_the_mean_of_their_features(int processes)
    {
        const int Views = 4;
        ImageClassificationModel model = FineTuned.Value;
        NetworkFeatures network = model.Features!;
        ImageDataset data = TestImages.Dataset(7, seed: 9, broken: name => name == "disc/005.png");
        ScoredImages plain = new DatasetScorer(data, model.Preprocessor, 3, new(1)).Score(model.Network, Views);
        int values = network.Length - 3;
        foreach (ScoredImages once in ThreadGroup.Run(processes, group => new DatasetScorer(
            data, model.Preprocessor, 3, new(1), group: processes == 1 ? null : group).Score(network.Graph, Views, values)))
        {
            Assert.That(once.Images, Is.EqualTo(plain.Images).And.EqualTo(Enumerable.Range(0, 21).Where(i => i != 5)));
            Assert.That(once.Labels, Is.EqualTo(plain.Labels));
            Assert.That(once.Scores, Is.EqualTo(plain.Scores));
            using ImageScorer scorer = new(model, network, new PlanOptions { Workers = new(1) }, Views);
            float[] expected = new float[network.Length], image = new float[scorer.ImageLength];
            for (int n = 0; n < once.Images.Length; n++)
            {
                model.Preprocessor.Apply(data.Examples[once.Images[n]].Image(), image);
                scorer.Score(image, expected);
                Assert.That(once.Features[(n * values)..((n + 1) * values)], Is.EqualTo(expected[3..]).Within(1e-6), "runs of other sizes round differently");
            }
        }
        Assert.That(plain.Features, Is.Empty);
    }

    [Test]
    public void A_gallery_names_training_images_and_the_image_itself_first()
    {
        ImageClassificationModel model = SavedAndRead(OfFolds.Value);
        Assert.That(model.HasGallery);
        using PredictionEngine engine = new(model, new ImagePredictionOptions { Similar = 3 });
        foreach (ImageExample example in TestImages.Dataset(32).Examples.Where(e => e.Path.EndsWith("/003.png", StringComparison.Ordinal)))
        {
            ImagePrediction prediction = engine.Predict(example.Image());
            Assert.That(prediction.Similar, Has.Count.EqualTo(3));
            SimilarImage? itself = prediction.Similar.FirstOrDefault(s => s.Id == example.Path);
            Assert.That(itself is null || ReferenceEquals(prediction.Similar[0], itself), "a training image is the most similar one to itself");
            Assert.That(prediction.Similar.Select(s => s.Id), Has.All.Match("^(disc|ring|square)/0..[.]png$"));
            Assert.That(prediction.Similar, Has.All.Matches<SimilarImage>(s => s.Id.StartsWith(s.Label + "/", StringComparison.Ordinal)));
        }
        using PredictionEngine plain = new(model);
        Assert.That(plain.Predict(Foreign).Similar, Is.Empty);
    }

    [Test]
    public void A_gallery_is_measured_by_the_agreement_of_five_neighbors()
    {
        ImageDataset images = TestImages.Dataset(6, seed: 9);
        using PredictionEngine engine = new(OfFolds.Value, new ImagePredictionOptions { Similar = 5 });
        double expected = images.Examples.Average(e => engine.Predict(e.Image()).Similar.Count(s => s.Label == e.Label) / 5.0);
        Assert.That(OfFolds.Value.Evaluate(images).NeighborAgreement, Is.EqualTo(expected).Within(1e-9));
        Assert.That(expected, Is.InRange(0.2, 1));
        Assert.That(FineTuned.Value.Evaluate(TestImages.Dataset(6, seed: 9)).NeighborAgreement, Is.Null);
    }

    [Test]
    public void A_gallery_is_off_by_default_and_cannot_be_asked_then()
    {
        Assert.That(FineTuned.Value.HasGallery, Is.False);
        Assert.That(() => new PredictionEngine(FineTuned.Value, new ImagePredictionOptions { Similar = 5 }),
            Throws.ArgumentException.With.Message.Contains("expected a model with a gallery").And.Message.Contains("Train it with KeepGallery"));
        Assert.That(() => new PredictionEngine(FineTuned.Value, new ImagePredictionOptions { Similar = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_gallery_needs_no_policy()
    {
        ImageClassificationModel model = Train(10, new() { KeepGallery = true, Policy = null });
        Assert.That(model.Policy, Is.Null);
        using PredictionEngine engine = new(SavedAndRead(model), new ImagePredictionOptions { Similar = 2 });
        ImagePrediction prediction = engine.Predict(Foreign);
        Assert.That(prediction.Similar, Has.Count.EqualTo(2));
        Assert.That((prediction.Familiarity, prediction.Reasons.Count), Is.EqualTo(((double?)null, 0)));
    }

    [Test]
    public void Evaluation_counts_unfamiliar_and_unusable_images_as_not_answered()
    {
        ImageDataset blank = ImageDataset.FromMemory([.. TestImages.Labels.SelectMany(l => Enumerable.Range(1, 4).Select(
            i => new ImageSource($"{l}/{i}.png", l, SmallModels.Plain((byte)(50 * i), 90, 90, 24, 24).EncodePng())))]);
        PolicyMetrics reached = FineTuned.Value.Evaluate(blank).Policy!;
        Assert.That(reached.UnusableShare, Is.EqualTo(1));
        Assert.That(reached.Answered, Is.Zero);
        PolicyMetrics usual = FineTuned.Value.Evaluate(TestImages.Dataset(30, seed: 9)).Policy!;
        Assert.That(usual.UnfamiliarShare, Is.LessThan(0.2));
        Assert.That(usual.UnusableShare, Is.LessThan(0.1));
    }

    [Test]
    public void Cancelled_training_gives_a_model_without_checks()
    {
        using CancellationTokenSource source = new();
        ImageClassificationModel model = new ImageClassificationTrainer(new ImageClassificationTrainerOptions
        {
            Pretrained = TestNetworks.Small(),
            Epoch = 50,
            BatchSize = 8,
            Threads = 2,
            FineTuneEpoch = 1,
            ValidationSetFraction = 0.34,
            MetricsCallback = m =>
            {
                if (m.Kind == TrainingMetricsKind.Epoch)
                    source.Cancel();
            },
        }).Fit(TestImages.Dataset(28), source.Token);
        Assert.That(model.Policy?.Checks?.Familiarity, Is.Null);
    }

    [TestCase("/photos/nv/a.jpg", "nv", "nv/a.jpg")]
    [TestCase("nv\\a.jpg", "nv", "nv/a.jpg")]
    [TestCase("/home/somebody/a.jpg", "nv", "a.jpg")]
    [TestCase("a.jpg", "nv", "a.jpg")]
    public void A_gallery_keeps_the_name_in_the_folder_of_its_class_and_no_more(string path, string label, string expected) =>
        Assert.That(SkinClassifier.Trainers.Phases.ChecksFit.IdOf(new ImageExample(path, label, null, null)), Is.EqualTo(expected));

    private static void AssertTells(ImageClassificationModel model)
    {
        Assert.That(model.Policy?.Checks?.Familiarity, Is.Not.Null);
        using PredictionEngine engine = new(model);
        Assert.That(engine.Predict(Foreign).Reasons.Select(r => r.Code), Has.Member("blank"));
        RgbImage stripes = new(24, 24), noise = new(24, 24);
        SeededRandom random = new(4);
        for (int i = 0; i < stripes.Pixels.Length; i++)
            (stripes.Pixels[i], noise.Pixels[i]) = ((byte)(i / 72 % 2 * 255), (byte)random.NextInt32(256));
        foreach (RgbImage image in (RgbImage[])[stripes, noise])
        {
            ImagePrediction foreign = engine.Predict(image);
            Assert.That(foreign.Familiarity, Is.LessThanOrEqualTo(0.05));
            Assert.That((foreign.Decision, foreign.Reasons[0].Code), Is.EqualTo((PredictionDecision.Abstain, "unfamiliar")));
            Assert.That(foreign.ToString(), Does.StartWith("no answer (unfamiliar"));
        }
        ImagePrediction[] usual = [.. TestImages.Dataset(30, seed: 9).Examples.Select(e => engine.Predict(e.Image()))];
        Assert.That(usual.Average(p => p.Familiarity!.Value), Is.InRange(0.3, 0.75));
        Assert.That(usual.Count(p => p.Familiarity <= 0.05), Is.LessThan(18));
        Assert.That(engine.Predict(SmallModels.Plain(120, 90, 60, 4, 4)).Reasons.Select(r => r.Code), Has.Member("blank"));
    }

    private static ImageClassificationModel SavedAndRead(ImageClassificationModel model)
    {
        using MemoryStream stream = new();
        model.Save(stream);
        stream.Position = 0;
        return ImageClassificationModel.Load(stream);
    }

    private static ImageClassificationModel Train(int perClass, ImageClassificationTrainerOptions options) =>
        new ImageClassificationTrainer(options with { Pretrained = TestNetworks.Small(), Epoch = 8, BatchSize = 8, Threads = 2 })
            .Fit(TestImages.Dataset(perClass));
}

/// <summary>The decoded image of an example in memory.</summary>
internal static class ExampleImages
{
    public static RgbImage Image(this ImageExample example) => RgbImage.Decode(example.ReadContent());
}
