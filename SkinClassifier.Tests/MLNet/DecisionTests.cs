using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Backbones;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.MLNet;

/// <summary>The transformer's PredictedLabel is by the model's rule, before and after saving.</summary>
public sealed class DecisionTests : SmallImagesTests
{
    private static readonly ModelDecision[] Rules =
    [
        new() { Rule = "balanced", Prior = [0.98, 0.01, 0.01], Exponent = 1 },
        new() { Rule = "costs", Costs = [[0, 1, 1], [50, 0, 1], [1, 1, 0]] },
        new() { Rule = "thresholds", Thresholds = [0.9, 0.9, 0.1] },
    ];

    [Test]
    public void The_predicted_label_follows_the_rule_and_scores_do_not_change([ValueSource(nameof(Rules))] ModelDecision decision)
    {
        ImageClassificationModel model = SmallImages.Model.With(SmallImages.Model.Manifest with { Decision = decision });
        IDataView data = _images.Keyed(_context);
        ImageNetworkTransformer transformer = new(CatalogEnvironment.Of(_context.Transforms), ImageColumn.Find(data.Schema, "ImagePath"), new ScoreStep(model),
            new ImageNetworkTrainer.Options(), data.Schema);
        string path = Path.GetTempFileName();
        _context.Model.Save(transformer, data.Schema, path);
        ITransformer loaded = _context.Model.Load(path, out _);
        File.Delete(path);
        using PredictionEngine engine = new(model);
        uint[] expected = [.. _images.Rows.Select(r => (uint)(model.Labels.ToList().IndexOf(engine.Predict(r.ImagePath).PredictedLabel!) + 1))];
        Assert.That(expected, Is.Not.EqualTo(_images.Rows.Select(r => (uint)(model.Labels.ToList().IndexOf(engine.Predict(r.ImagePath).Scores[0].Label) + 1))));
        float[][] scores = [.. SmallImages.Transformer(_context, data, "ImagePath").Transform(data).GetColumn<float[]>("Score")];
        foreach (IDataView view in new[] { transformer.Transform(data), loaded.Transform(data) })
        {
            Assert.That(view.GetColumn<uint>("PredictedLabel"), Is.EqualTo(expected));
            Assert.That(view.GetColumn<float[]>("Score"), Is.EqualTo(scores));
            Assert.That(view.Schema.Where(c => !c.IsHidden).Select(c => c.Name), Has.None.StartsWith("SkinClassifier."));
            VBuffer<ReadOnlyMemory<char>> names = default;
            view.Schema["Score"].GetSlotNames(ref names);
            Assert.That(names.DenseValues().Select(n => n.ToString()), Is.EqualTo(model.Labels));
        }
    }

    [Test]
    public void The_trainers_options_take_the_rule()
    {
        IDataView data = _images.Keyed(_context);
        ImageClassificationTrainerOptions quick = new() { Arch = Architecture.SmallCnn, ImageSize = 16, Epoch = 1, BatchSize = 4 };
        ImageNetworkTransformer Fit(DecisionTarget target) => _context.MulticlassClassification.Trainers.ImageNetwork(
            new ImageNetworkTrainer.Options { Seed = 3, Training = quick with { Decision = target } }).Fit(data);
        Assert.That(Fit(DecisionTarget.Balanced).Model.Manifest.Decision.Rule, Is.EqualTo("balanced"));
        Assert.That(() => Fit(DecisionTarget.MinSensitivity(0.9, "violet")), Throws.ArgumentException.With.Message.StartsWith(
            "ImageClassificationTrainerOptions.Decision: sensitivity=0.9:violet: expected one of the classes red, green, blue, received 'violet'."));
    }
}
