using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Metrics;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Tests.Trainers;

public sealed class SelectionTests
{
    private static readonly ImageDataset Data = TestImages.Dataset(0, counts: [12, 20, 9]);

    private static ImageClassificationTrainerOptions Options => new() { Pretrained = TestNetworks.Small(), Epoch = 5, BatchSize = 8, Threads = 2 };

    [Test]
    public void Folds_hold_every_image_once_and_every_class_evenly([Values(2, 3, 5)] int folds)
    {
        int[] fold = StratifiedFolds.Assign(Data.Examples, folds, 1);
        for (int c = 0; c < 3; c++)
        {
            int[] counts = [.. Enumerable.Range(0, folds).Select(f => fold.Where((v, i) => v == f && Data.Examples[i].LabelIndex == c).Count())];
            Assert.That(counts.Max() - counts.Min(), Is.LessThanOrEqualTo(1), $"class {c}");
        }
        Assert.That(StratifiedFolds.Assign(Data.Examples, folds, 1), Is.EqualTo(fold));
        Assert.That(StratifiedFolds.Assign(Data.Examples, folds, 2), Is.Not.EqualTo(fold));
    }

    [Test]
    public void Groups_stay_in_one_fold()
    {
        ImageSource[] sources = [.. Data.Examples.Select(
            (e, i) => new ImageSource(e.Path, e.Label, e.ReadContent()) { Columns = new Dictionary<string, string> { ["patient"] = $"{i / 3}" } })];
        ImageDataset grouped = ImageDataset.FromMemory(sources, new ImageDatasetOptions { GroupBy = "patient" });
        int[] fold = StratifiedFolds.Assign(grouped.Examples, 4, 1);
        foreach (IGrouping<string?, int> group in grouped.Examples.Select((e, i) => (e.Group, Fold: fold[i])).GroupBy(p => p.Group, p => p.Fold))
            Assert.That(group.Distinct().Count(), Is.EqualTo(1), group.Key);
        Assert.That(fold.Distinct().Count(), Is.EqualTo(4));
    }

    [TestCase(4, "CrossValidation.Folds: expected at most 3 folds for 41 images in 3 groups, which stay together, received 4.")]
    [TestCase(3, "received class 'square' with all its images in 1. Add groups of it")]
    public void More_folds_than_the_groups_allow_are_refused_before_anything_is_trained(int folds, string expected)
    {
        // Two patients for two classes, and one with all squares.
        ImageSource[] sources =
        [
            .. Data.Examples.Select((e, i) =>
                new ImageSource(
                    e.Path, e.Label, e.ReadContent()) { Columns = new Dictionary<string, string> { ["patient"] = e.Label == "square" ? "q" : $"{i % 2}" } }),
        ];
        ImageDataset grouped = ImageDataset.FromMemory(sources, new ImageDatasetOptions { GroupBy = "patient" });
        int trained = 0;
        CrossValidation validation = new(Options with { MetricsCallback = _ => trained++ }) { Folds = folds };
        Assert.That(() => validation.Run(grouped), Throws.ArgumentException.With.Message.Contains(expected));
        Assert.That(trained, Is.Zero);
        Assert.That(CrossValidation.Problem(Data, 5), Is.Null);
        Assert.That(CrossValidation.Problem(Data, 42), Does.StartWith("expected at most 41 folds for 41 images, received 42."));
    }

    [Test]
    public void A_class_with_fewer_groups_than_folds_is_named()
    {
        ImageDataset few = TestImages.Dataset(0, counts: [8, 8, 3]);
        List<TrainingMetrics> reports = [];
        new CrossValidation(Options with { Epoch = 1, MetricsCallback = reports.Add }) { Folds = 4 }.Run(few);
        Assert.That(reports.First().Kind, Is.EqualTo(TrainingMetricsKind.Warning));
        Assert.That(reports.First().Text, Is.EqualTo("class 'square' has images in 3 groups only: 1 of 4 folds or more cannot measure it"));
    }

    [Test]
    public void Cross_validation_scores_every_image_by_a_model_that_has_not_seen_it_and_its_ensemble_gives_the_mean()
    {
        CrossValidationResult result = new CrossValidation(Options) { Folds = 3 }.Run(Data);
        Assert.That(result.Folds.SelectMany(f => f.Evaluation.Examples.Select(e => e.Path)), Is.EquivalentTo(Data.Examples.Select(e => e.Path)));
        Assert.That(result.Metrics.MicroAccuracy,
            Is.EqualTo(result.Folds.Sum(f => f.Metrics.MicroAccuracy * f.Evaluation.Examples.Count) / Data.Examples.Count).Within(1e-9));
        ImageClassificationModel ensemble = result.ToEnsemble();
        float[][] members = [.. result.Folds.Select(f => new DatasetScorer(Data, f.Model.Preprocessor, 3, new(1)).Score(f.Model.Network).Scores)];
        float[] scores = new DatasetScorer(Data, ensemble.Preprocessor, 3, new(1)).Score(ensemble.Network).Scores;
        Assert.That(scores, Is.EqualTo(Enumerable.Range(0, scores.Length).Select(i => members.Average(m => m[i]))).Within(1e-5f));
        Assert.That(ensemble.Manifest.TrainedOn, Is.EquivalentTo(new Dictionary<string, int> { ["disc"] = 12, ["ring"] = 20, ["square"] = 9 }));
    }

    [Test]
    public void Features_are_computed_once_for_all_folds_and_figures_have_a_mean_and_a_spread()
    {
        List<string> messages = [];
        CrossValidationResult result = new CrossValidation(Options with { MetricsCallback = m => messages.Add(m.Text) }) { Folds = 3 }.Run(Data);
        Assert.That(
            messages.Count(m => m.StartsWith("features:", StringComparison.Ordinal) && m.EndsWith("in the cache", StringComparison.Ordinal)), Is.EqualTo(2));
        double[] values = [.. result.Folds.Select(f => f.Metrics.MicroAccuracy!.Value)];
        double mean = values.Average();
        MetricSpread spread = result.Spread("microAccuracy");
        Assert.That((spread.Mean, spread.Count), Is.EqualTo((mean, 3)));
        Assert.That(spread.StandardDeviation, Is.EqualTo(Math.Sqrt(values.Sum(v => Math.Pow(v - mean, 2)) / 2)).Within(1e-12));
        Assert.That(result.Examples, Has.Count.EqualTo(result.Metrics.Count));
    }

    [Test]
    public void A_fold_that_is_already_trained_is_not_trained_again()
    {
        ImageClassificationModel ready = new ImageClassificationTrainer(Options).Fit(Data);
        List<int> trained = [];
        CrossValidationResult result = new CrossValidation(Options)
        {
            Folds = 3,
            Trained = fold => fold == 2 ? ready : null,
            FoldTrained = (fold, model) => { trained.Add(fold); return model; },
        }.Run(Data);
        Assert.That(trained, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(result.Folds[1].Model, Is.SameAs(ready));
    }

    [Test]
    public void Networks_with_other_sizes_get_the_image_made_smaller_inside()
    {
        ImageClassificationModel large = new ImageClassificationTrainer(Options with
        {
            Pretrained = TestNetworks.Small(28),
            TestTimeAugmentation = 2
        }).Fit(Data), small = new ImageClassificationTrainer(Options with { Pretrained = TestNetworks.Small(20) }).Fit(Data);
        ImageClassificationModel joined = ModelEnsemble.Combine([small, large]);
        Assert.That((joined.Manifest.Width, joined.Manifest.TestTimeAugmentation, joined.Manifest.Backbone), Is.EqualTo((28, 2, "small")));
        float[] ofLarge = Scores(large), ofSmall = Scores(small), ofBoth = Scores(joined);
        // The reduction is not the one of the preprocessing, so the scores are near the mean, not equal to it.
        Assert.That(ofBoth, Is.EqualTo(ofLarge.Zip(ofSmall, (a, b) => (a + b) / 2)).Within(0.1));
        using TemporaryFolder folder = new();
        Assert.That(ModelExport.WriteVerified(joined, folder.File("model.onnx")), Is.LessThan(1e-5f));
        joined.Save(folder.File("model.zip"));
        Assert.That(Scores(ImageClassificationModel.Load(folder.File("model.zip"))), Is.EqualTo(ofBoth).Within(1e-6f));
        Assert.That(joined.Manifest.Preprocessing.ColorConstancy, Is.EqualTo("none"));
        ImageClassificationModel gray =
            new ImageClassificationTrainer(Options with { Pretrained = TestNetworks.Small(20), ColorConstancy = ColorConstancy.ShadesOfGray }).Fit(Data);
        Assert.That(ModelEnsemble.Combine([large, gray]).Manifest.Preprocessing.ColorConstancy, Is.EqualTo("none or shades-of-gray"));
        ImageClassificationModel stretched = new ImageClassificationTrainer(Options with { Resize = ResizeKind.Stretch }).Fit(Data);
        Assert.That(() => ModelEnsemble.Combine([stretched, large]), Throws.ArgumentException.With.Message.Contains("--resize"));
        Assert.That(() => ModelEnsemble.Combine([large, stretched]), Throws.ArgumentException.With.Message.Contains("--resize"));

        static float[] Scores(ImageClassificationModel model) => new DatasetScorer(Data, model.Preprocessor, 3, new(1)).Score(model.Network).Scores;
    }

    [Test]
    public void Models_that_do_not_fit_together_are_refused()
    {
        ImageClassificationModel three = new ImageClassificationTrainer(Options).Fit(Data),
            two = new ImageClassificationTrainer(Options).Fit(TestImages.Dataset(10, classes: 2));
        Assert.That(() => ModelEnsemble.Combine([three]), Throws.ArgumentException.With.Message.Contains("at least 2 models"));
        Assert.That(() => ModelEnsemble.Combine([three, two]), Throws.ArgumentException.With.Message.Contains("expected the labels disc, ring, square"));
        Assert.That(() => new CrossValidation(Options with { ValidationSet = Data }), Throws.ArgumentException.With.Message.Contains("no ValidationSet"));
    }
}
