using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Rows;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Calibration;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.MLNet;

/// <summary>Whether an image is familiar and usable, as columns of ML.NET.</summary>
public sealed class CheckedImageTests
{
    private readonly MLContext _context = new(seed: 1);
    private SmallImages _images = null!;
    private ImageClassificationModel _model = null!;

    [OneTimeSetUp]
    public void MakeModel()
    {
        _images = new SmallImages(perClass: 12);
        RgbImage dark = SmallModels.Plain(60, 2, 2), thin = SmallModels.Plain(230, 20, 20, 40, 1);
        foreach ((RgbImage image, string name) in new[] { (dark, "dark.png"), (thin, "thin.png") })
        {
            image.Save(_images.File(name));
            _images.Rows.Add(new ImageRowInput { ImagePath = _images.File(name), Class = "red" });
        }
        // Blue images are not among those that it knows.
        ImageRowInput[] known = [.. _images.Rows.Where(r => Path.GetFileName(r.ImagePath).Contains('-') && r.Class != "blue")];
        (float[] features, float[] logits) = Features(SmallImages.Model, known);
        int[] labels = [.. known.Select(r => r.Class == "red" ? 0 : 1)];
        Familiarity familiarity = Familiarity.Fit(features, labels, features, labels, logits, 3, WorkerPool.Shared, out string? reason)
            ?? throw new InvalidOperationException(reason);
        using PredictionEngine engine = new(SmallImages.Model);
        double threshold = _images.Rows.Select(r => engine.Predict(r.ImagePath).Score.Max()).Order().ElementAt(_images.Rows.Count / 2);
        _model = SmallImages.Model.WithPolicy(PredictionPolicyTests.Policy(threshold, 0.7, 0.7, 0.7)
            .WithChecks(new ImageChecks(familiarity, new ImageQuality(50, 4, 2, 0.05f, 4))));
    }

    [OneTimeTearDown]
    public void DeleteImages() => _images.Dispose();

    [TestCase("ImagePath")]
    [TestCase("Pixels")]
    [TestCase("Bytes")]
    public void Familiarity_decisions_and_reasons_are_those_of_our_engine_before_and_after_saving(string column)
    {
        IDataView data = _images.AllKinds(_context);
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, column, model: _model);
        ImagePrediction[] expected = Expected();
        foreach (IDataView view in new[] { model.Transform(data), Reload(model, data.Schema, column).Transform(data) })
            using (Assert.EnterMultipleScope())
            {
                Assert.That(view.GetColumn<float>("Familiarity"), Is.EqualTo(expected.Select(p => (float)p.Familiarity!.Value)));
                Assert.That(view.GetColumn<string>("Decision"), Is.EqualTo(expected.Select(p => p.Decision!.Value.ToString().ToLowerInvariant())));
                Assert.That(view.GetColumn<string>("Reasons"), Is.EqualTo(expected.Select(p => string.Join('|', p.Reasons.Select(r => r.Code)))));
                Assert.That(view.GetColumn<string>("PredictionSet"), Is.EqualTo(expected.Select(p => string.Join('|', p.PredictionSet!))));
                Assert.That(view.GetColumn<float[]>("Score"), Is.EqualTo(expected.Select(p => p.Score.ToArray())));
            }
        Assert.That(expected.SelectMany(p => p.Reasons.Select(r => r.Code)).Distinct(),
            Is.SupersetOf(new[] { "unfamiliar", "dark", "blank", "tiny", "low-confidence" }), "the images show what is asked about");
        Assert.That(expected.Select(p => p.Decision).Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public void An_engine_of_ML_NET_gives_the_same_from_a_loaded_model()
    {
        IDataView data = _images.Keyed(_context);
        ITransformer loaded = Reload(SmallImages.Transformer(_context, data, "ImagePath", model: _model), data.Schema, "engine");
        using var engine = _context.Model.CreatePredictionEngine<ImageRowInput, DecisionRow>(loaded);
        foreach ((ImageRowInput row, ImagePrediction expected) in _images.Rows.Zip(Expected()))
        {
            DecisionRow made = engine.Predict(row);
            Assert.That((made.Familiarity, made.Decision, made.Reasons), Is.EqualTo(((float)expected.Familiarity!.Value,
                expected.Decision!.Value.ToString().ToLowerInvariant(), string.Join('|', expected.Reasons.Select(r => r.Code)))));
        }
    }

    [Test]
    public void An_unreadable_image_has_no_familiarity()
    {
        IDataView data = _images.Keyed(_context, [new ImageRowInput { ImagePath = "nowhere.png", Class = "red" }, _images.Rows[0]]);
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, "ImagePath", model: _model);
        foreach (IDataView view in new[] { model.Transform(data), Reload(model, data.Schema, "unreadable").Transform(data) })
        {
            Assert.That(view.GetColumn<float>("Familiarity").Select(float.IsNaN), Is.EqualTo(new[] { true, false }));
            Assert.That(view.GetColumn<string>("Decision").First(), Is.Empty);
        }
    }

    [Test]
    public void The_column_can_have_another_name()
    {
        IDataView data = _images.Keyed(_context);
        ImageNetworkTransformer model = SmallImages.Transformer(
            _context, data, "ImagePath", options: new ImageNetworkTrainer.Options { FamiliarityColumnName = "Known" }, model: _model);
        float[] expected = [.. Expected().Select(p => (float)p.Familiarity!.Value)];
        foreach (IDataView view in new[] { model.Transform(data), Reload(model, data.Schema, "named").Transform(data) })
        {
            Assert.That(view.GetColumn<float>("Known"), Is.EqualTo(expected));
            Assert.That(view.Schema.GetColumnOrNull("Familiarity"), Is.Null);
        }
        Assert.That(() => _context.MulticlassClassification.Trainers.ImageNetwork(new ImageNetworkTrainer.Options { FamiliarityColumnName = "Reasons" }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("FamiliarityColumnName: expected another name than that of ReasonsColumnName"));
    }

    [TestCase(0.25f, 0)]
    [TestCase(float.NaN, 5)]
    [TestCase(1f, 31)]
    public void What_was_found_comes_back_from_two_finite_numbers(float familiarity, int problems)
    {
        CheckedImage found = new(familiarity, (QualityProblems)problems);
        float[] values = new float[CheckedImage.Count];
        found.Write(values);
        Assert.That(values.Select(float.IsFinite), Is.All.True);
        Assert.That(CheckedImage.Read(values), Is.EqualTo(found));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void A_vector_of_an_earlier_release_has_nothing_behind_its_scores(int left)
    {
        // The earlier release chose the length by the classes alone: 1,024 values had room for 1,024 classes.
        Assert.That(CheckedImage.Read(new float[left]), Is.EqualTo(CheckedImage.Nothing));
        using Work work = new(Values1024.Count - left);
        Values1024 row = new();
        row.Fill(work);
        Assert.That((row.Values[0], row.Values[^(left + 1)], row.Values[^1]), Is.EqualTo((3f, 3f, left == 2 ? 7f : left == 1 ? 0f : 3f)));
    }

    private ImagePrediction[] Expected()
    {
        using PredictionEngine engine = new(_model);
        return [.. _images.Rows.Select(r => engine.Predict(r.ImagePath))];
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema, string name)
    {
        string zip = _images.File(name + ".zip");
        _context.Model.Save(model, schema, zip);
        return new MLContext().Model.Load(zip, out _);
    }

    private static (float[] Features, float[] Logits) Features(ImageClassificationModel model, ImageRowInput[] rows)
    {
        NetworkFeatures network = model.Features!;
        using ImageScorer scorer = new(model, network, new PlanOptions(), 1);
        float[] planes = new float[model.Preprocessor.ValueCount], row = new float[network.Length];
        List<float> features = [], logits = [];
        foreach (ImageRowInput image in rows)
        {
            model.Preprocessor.Apply(RgbImage.Load(image.ImagePath), planes);
            scorer.Score(planes, row);
            features.AddRange(row[^network.Features..]);
            logits.AddRange(row.AsSpan(network.Classes, network.Logits));
        }
        return ([.. features], [.. logits]);
    }

    private sealed class DecisionRow
    {
        public string Decision { get; set; } = "";

        public string Reasons { get; set; } = "";

        public float Familiarity { get; set; }
    }

    private sealed class Work : ImageWork
    {
        public Work(int values) : base(values, CheckedImage.Count)
        {
            Array.Fill(Values, 3);
            Array.Fill(Hidden, 7);
        }

        public override void Dispose() { }

        protected override void Compute(in SkinClassifier.MLNet.Images.ImageValue image, ulong rowId) { }
    }
}
