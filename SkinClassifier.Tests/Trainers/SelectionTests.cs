using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Course;
using SkinClassifier.Trainers.Selection;

namespace SkinClassifier.Tests.Trainers;

public sealed class SelectionTests
{
    private static readonly ImageDataset Data = TestPictures.Dataset(0, counts: [12, 20, 9]);

    private static ImageClassificationTrainerOptions Options => new() { Pretrained = TestNetworks.Small(), Epoch = 5, BatchSize = 8, Threads = 2 };

    [Test]
    public void Folds_hold_every_picture_once_and_every_class_evenly([Values(2, 3, 5)] int folds)
    {
        int[] fold = StratifiedFolds.Assign(Data.Examples, 3, folds, 1);
        for (int c = 0; c < 3; c++)
        {
            int[] counts = [.. Enumerable.Range(0, folds).Select(f => fold.Where((v, i) => v == f && Data.Examples[i].LabelIndex == c).Count())];
            Assert.That(counts.Max() - counts.Min(), Is.LessThanOrEqualTo(1), $"class {c}");
        }
        Assert.That(StratifiedFolds.Assign(Data.Examples, 3, folds, 1), Is.EqualTo(fold));
        Assert.That(StratifiedFolds.Assign(Data.Examples, 3, folds, 2), Is.Not.EqualTo(fold));
    }

    [Test]
    public void Groups_stay_in_one_fold()
    {
        ImageSource[] sources = [.. Data.Examples.Select((e, i) => new ImageSource(e.Path, e.Label, e.ReadContent()) { Columns = new Dictionary<string, string> { ["patient"] = $"{i / 3}" } })];
        ImageDataset grouped = ImageDataset.FromMemory(sources, new ImageDatasetOptions { GroupBy = "patient" });
        int[] fold = StratifiedFolds.Assign(grouped.Examples, 3, 4, 1);
        foreach (IGrouping<string?, int> group in grouped.Examples.Select((e, i) => (e.Group, Fold: fold[i])).GroupBy(p => p.Group, p => p.Fold))
            Assert.That(group.Distinct().Count(), Is.EqualTo(1), group.Key);
        Assert.That(fold.Distinct().Count(), Is.EqualTo(4));
    }

    [Test]
    public void Cross_validation_scores_every_picture_by_a_model_that_has_not_seen_it_and_its_ensemble_gives_the_mean()
    {
        CrossValidationResult result = new CrossValidation(Options) { Folds = 3 }.Run(Data);
        Assert.That(result.Folds.SelectMany(f => f.Evaluation.Examples.Select(e => e.Path)), Is.EquivalentTo(Data.Examples.Select(e => e.Path)));
        Assert.That(result.Metrics.MicroAccuracy, Is.EqualTo(result.Folds.Sum(f => f.Metrics.MicroAccuracy * f.Evaluation.Examples.Count) / Data.Examples.Count).Within(1e-9));
        ImageClassificationModel ensemble = result.ToEnsemble();
        float[][] members = [.. result.Folds.Select(f => new PictureScorer(Data, f.Model.Preprocessor, 3, new(1)).Score(f.Model.Network).Scores)];
        float[] scores = new PictureScorer(Data, ensemble.Preprocessor, 3, new(1)).Score(ensemble.Network).Scores;
        Assert.That(scores, Is.EqualTo(Enumerable.Range(0, scores.Length).Select(i => members.Average(m => m[i]))).Within(1e-5f));
        Assert.That(ensemble.Manifest.TrainedOn, Is.EquivalentTo(new Dictionary<string, int> { ["disc"] = 12, ["ring"] = 20, ["square"] = 9 }));
    }

    [Test]
    public void Models_that_do_not_fit_together_are_refused()
    {
        ImageClassificationModel three = new ImageClassificationTrainer(Options).Fit(Data), two = new ImageClassificationTrainer(Options).Fit(TestPictures.Dataset(10, classes: 2));
        Assert.That(() => ModelEnsemble.Combine([three]), Throws.ArgumentException.With.Message.Contains("at least 2 models"));
        Assert.That(() => ModelEnsemble.Combine([three, two]), Throws.ArgumentException.With.Message.Contains("expected the labels disc, ring, square"));
        Assert.That(() => new CrossValidation(Options with { ValidationSet = Data }), Throws.ArgumentException.With.Message.Contains("no ValidationSet"));
    }
}
