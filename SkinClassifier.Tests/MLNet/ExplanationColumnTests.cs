using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;
using SkinClassifier.Backbones;
using SkinClassifier.Explanations;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Images;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Explanations;

namespace SkinClassifier.Tests.MLNet;

/// <summary>The column with heat maps.</summary>
public sealed class ExplanationColumnTests : SmallImagesTests
{
    private static readonly ImageClassificationModel Model = TinyNetworks.Colors(scale: 0.1f);

    [TestCase("ImagePath", ExplanationMethod.GradCam, null)]
    [TestCase("Pixels", ExplanationMethod.GradCam, "blue")]
    [TestCase("Small", ExplanationMethod.HiResCam, null)]
    [TestCase("Bytes", ExplanationMethod.Occlusion, "green")]
    public void Heat_maps_are_those_of_the_prediction_engine_before_and_after_saving(string column, ExplanationMethod method, string? label)
    {
        ExplanationOptions options = new() { Method = method, Label = label, PatchSize = 5, PatchStride = 3 };
        IDataView data = _images.AllKinds(_context);
        ImageNetworkTransformer model = Transformer(data, column, options);
        string zip = _images.File($"explained-{column}.zip");
        _context.Model.Save(model, data.Schema, zip);
        IDataView before = model.Transform(data), after = new MLContext().Model.Load(zip, out _).Transform(data);
        using PredictionEngine engine = new(Model);
        RgbImage[] images = column == "Small" ? [.. data.GetColumn<MLImage>("Small").Select(MLImagePixels.ToRgb)]
            : [.. _images.Rows.Select(r => RgbImage.Load(r.ImagePath))];
        ImageExplanation[] expected = [.. images.Select(i => engine.Explain(i, options))];
        byte[][] drawn = [.. images.Zip(expected, (i, e) => HeatMapOverlay.Draw(i, e).Pixels.ToArray())];
        Assert.That(expected.Select(e => e.Map.ToArray().Max()), Has.Some.GreaterThan(0.5f), "a map that is not empty");
        foreach (IDataView view in new[] { before, after })
        {
            (byte[] Pixels, float[] Scores)[] rows = [.. Rows(view)];
            Assert.That(rows.Select(r => r.Pixels), Is.EqualTo(drawn));
            Assert.That(rows.Select(r => r.Scores), Is.EqualTo(expected.Select(e => e.Prediction.Score.ToArray())));
            Assert.That(view.GetColumn<float[]>("Score"), Is.EqualTo(rows.Select(r => r.Scores)), "scores without the heat map");
        }
        Assert.That(after.Schema.Where(c => !c.IsHidden).Select(c => c.Name), Is.EquivalentTo(before.Schema.Where(c => !c.IsHidden).Select(c => c.Name)));
    }

    [Test]
    public void Nothing_is_explained_that_nobody_asks_for()
    {
        IDataView data = _images.Keyed(_context);
        IDataView scored = Transformer(data, "ImagePath", new() { Layer = "no such layer" }).Transform(data);
        Assert.That(scored.GetColumn<string>("ImageError"), Is.All.Empty);
        Assert.That(() => Rows(scored).ToList(), Throws.ArgumentException.With.Message.Contains("no such layer"));
        Assert.That(SmallImages.Transformer(_context, data, "ImagePath").GetOutputSchema(data.Schema).GetColumnOrNull("Explanation"), Is.Null);
    }

    [Test]
    public void An_image_that_cannot_be_read_has_no_heat_map_and_the_next_one_has_its_own()
    {
        IDataView data = _images.Keyed(_context, [_images.Rows[0], new ImageRowInput { ImagePath = "nowhere.png", Class = "red" }, _images.Rows[5]]);
        ImageNetworkTransformer model = Transformer(data, "ImagePath", new());
        string zip = _images.File("explained-broken.zip");
        _context.Model.Save(model, data.Schema, zip);
        foreach (IDataView view in new[] { model.Transform(data), new MLContext().Model.Load(zip, out _).Transform(data) })
        {
            byte[][] rows = [.. Rows(view).Select(r => r.Pixels)];
            Assert.That(rows.Select(r => r.Length > 0), Is.EqualTo(new[] { true, false, true }));
            Assert.That(rows[2], Is.Not.EqualTo(rows[0]));
        }
    }

    [Test]
    public void A_prediction_engine_of_ML_NET_gives_the_heat_map_as_an_image()
    {
        IDataView data = _images.Keyed(_context);
        using var predictor = _context.Model.CreatePredictionEngine<ImageRowInput, ExplainedOutput>(Transformer(data, "ImagePath", new()));
        ExplainedOutput output = predictor.Predict(_images.Rows[1]);
        RgbImage image = RgbImage.Load(_images.Rows[1].ImagePath);
        using PredictionEngine engine = new(Model);
        Assert.That(MLImagePixels.ToRgb(output.Explanation).Pixels.ToArray(), Is.EqualTo(HeatMapOverlay.Draw(image, engine.Explain(image)).Pixels.ToArray()));
        string file = _images.File("explained.png");
        output.Explanation!.Save(file);
        Assert.That(RgbImage.Load(file).Width, Is.EqualTo(output.Explanation.Width));
    }

    [Test]
    public void Options_are_refused_before_training_and_the_estimator_announces_every_column()
    {
        IDataView data = _images.Keyed(_context);
        ImageNetworkTrainer.Options options = new()
        {
            Seed = 3,
            ExplanationColumnName = "Why",
            Training = new() { Arch = Architecture.SmallCnn, ImageSize = 16, Epoch = 1, BatchSize = 4 },
        };
        options.Explanation = new() { IntegrationSteps = 0, PatchSize = 0 };
        Assert.That(() => Trainer(options), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Explanation.PatchSize: expected at least 1 pixel")
            .And.Message.Contains("Explanation.IntegrationSteps: expected 1 to 1000, received 0"));
        options.Explanation = new() { Label = "rde" };
        Assert.That(() => Trainer(options).Fit(data), Throws.InstanceOf<ArgumentException>().With.Message.Contains(
            "Explanation.Label: expected one of red, green, blue, received 'rde'. Did you mean red?"));
        options.Explanation = new() { Label = "red" };
        options.FamiliarityColumnName = "Why";
        Assert.That(() => Trainer(options), Throws.InstanceOf<ArgumentException>().With.Message.Contains(
            "ExplanationColumnName: expected another name than that of FamiliarityColumnName"));
        options.FamiliarityColumnName = "Familiarity";
        ImageNetworkTrainer trainer = Trainer(options);
        var pipeline = _context.Transforms.Conversion.MapValueToKey("Label", "Class").Append(trainer);
        SchemaShape promised = pipeline.GetOutputSchema(ShapeOfRows());
        DataViewSchema made = trainer.Fit(data).GetOutputSchema(data.Schema);
        Assert.That(promised.Select(c => c.Name), Is.EquivalentTo(made.Select(c => c.Name)));
        foreach (string name in new[] { "Score", "ImageError", "Decision", "PredictionSet", "Reasons", "Familiarity", "Why" })
            Assert.That(promised.Single(c => c.Name == name).ItemType.RawType, Is.EqualTo(ItemOf(made[name].Type).RawType), name);
    }

    private ImageNetworkTrainer Trainer(ImageNetworkTrainer.Options options) => _context.MulticlassClassification.Trainers.ImageNetwork(options);

    private ImageNetworkTransformer Transformer(IDataView data, string column, ExplanationOptions explanation) => new(
        CatalogEnvironment.Of(_context.Transforms), ImageColumn.Find(data.Schema, column), new ScoreStep(Model) { Explanation = explanation },
        new ImageNetworkTrainer.Options { ExplanationColumnName = "Explanation" }, data.Schema);

    /// <summary>Heat map and scores of one cursor; no pixels where there is no heat map.</summary>
    private static IEnumerable<(byte[] Pixels, float[] Scores)> Rows(IDataView view)
    {
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Explanation"], view.Schema["Score"]]);
        ValueGetter<MLImage> explanation = cursor.GetGetter<MLImage>(view.Schema["Explanation"]);
        ValueGetter<VBuffer<float>> score = cursor.GetGetter<VBuffer<float>>(view.Schema["Score"]);
        MLImage? image = null;
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            explanation(ref image!);
            score(ref scores);
            yield return (image is null ? [] : MLImagePixels.ToRgb(image).Pixels.ToArray(), [.. scores.DenseValues()]);
        }
    }

    private static DataViewType ItemOf(DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    private SchemaShape ShapeOfRows() =>
        _context.Transforms.CustomMapping<Nothing, ImageRowInput>((_, _) => { }, null).GetOutputSchema(new SchemaShape([]));

    private sealed class Nothing { }

    /// <summary>What comes out.</summary>
    private sealed class ExplainedOutput
    {
        [ImageType(1, 1)]
        public MLImage? Explanation { get; set; }

        public float[] Score { get; set; } = [];
    }
}
