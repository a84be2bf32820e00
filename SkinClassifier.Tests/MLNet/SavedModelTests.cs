using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Common;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Saving;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Calibration;

namespace SkinClassifier.Tests.MLNet;

public sealed class SavedModelTests : SmallImagesTests
{
    [TestCase("ImagePath")]
    [TestCase("Pixels")]
    [TestCase("Small")]
    [TestCase("Bytes")]
    public void A_loaded_model_gives_the_same_columns_bit_for_bit(string column)
    {
        IDataView data = _images.AllKinds(_context);
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, column);
        IDataView before = model.Transform(data), after = Reload(model, data.Schema, column).Transform(data);
        Assert.That(after.GetColumn<float[]>("Score"), Is.EqualTo(before.GetColumn<float[]>("Score")));
        Assert.That(after.GetColumn<uint>("PredictedLabel"), Is.EqualTo(before.GetColumn<uint>("PredictedLabel")));
        Assert.That(after.GetColumn<string>("ImageError"), Is.All.Empty);
        Assert.That(Visible(after), Is.EquivalentTo(Visible(before)));
        foreach (string name in new[] { "Score", "PredictedLabel" })
            Assert.That((after.Schema[name].Type, Names(after, name)), Is.EqualTo((before.Schema[name].Type, Names(before, name))));
        using var predictor = _context.Model.CreatePredictionEngine<ImageRowInput, ImageRowOutput>(
            Reload(SmallImages.Transformer(_context, data, "ImagePath"), data.Schema, "again"));
        using PredictionEngine engine = new(SmallImages.Model);
        Assert.That(_images.Rows.Select(r => predictor.Predict(r).Score), Is.EqualTo(_images.Rows.Select(r => engine.Predict(r.ImagePath).Score.ToArray())));
    }

    [Test]
    public void Renamed_columns_keep_their_names_and_earlier_scores_stay()
    {
        IDataView data = _images.Keyed(_context);
        IDataView first = SmallImages.Transformer(_context, data, "ImagePath").Transform(data);
        ImageNetworkTransformer second = SmallImages.Transformer(_context, first, "ImagePath",
            options: new() { ScoreColumnName = "P", PredictedLabelColumnName = "Best", ErrorColumnName = "Why" });
        IDataView scored = second.Transform(first), loaded = Reload(second, first.Schema, "renamed").Transform(first);
        foreach (IDataView view in new[] { scored, loaded })
        {
            Assert.That(Visible(view), Is.EquivalentTo(
                new[] { "ImagePath", "Class", "Lesion", "Label", "Score", "PredictedLabel", "ImageError", "P", "Best", "Why", "Decision", "PredictionSet",
                    "Reasons", "Familiarity" }));
            Assert.That(view.GetColumn<float[]>("P"), Is.EqualTo(first.GetColumn<float[]>("Score")));
        }
    }

    [TestCase("ImagePath")]
    [TestCase("Small")]
    public void Decisions_of_the_policy_are_columns_before_and_after_saving(string column)
    {
        ImageRowInput broken = new() { ImagePath = "nowhere.png", Class = "red" };
        IDataView data = column == "ImagePath" ? _images.Keyed(_context, [.. _images.Rows, broken]) : _images.AllKinds(_context);
        // One class fits at most images, and every second image is below the threshold.
        float[] best = [.. SmallImages.Transformer(_context, data, column).Transform(data).GetColumn<float[]>("Score").Select(s => s.Max())];
        double threshold = best.Where(float.IsFinite).Order().ElementAt(_images.Rows.Count / 2);
        ImageClassificationModel judging = SmallImages.Model.WithPolicy(PredictionPolicyTests.Policy(threshold, 0.7, 0.7, 0.7));
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, column, model: judging);
        IDataView before = model.Transform(data), after = Reload(model, data.Schema, $"policy{column}").Transform(data);
        float[][] scores = [.. before.GetColumn<float[]>("Score")];
        ImagePrediction?[] expected = [.. scores.Select(s => float.IsNaN(s[0]) ? null : new ImagePrediction(judging, judging.Policy, s, null, null))];
        foreach (IDataView view in new[] { before, after })
            using (Assert.EnterMultipleScope())
            {
                Assert.That(view.GetColumn<string>("Decision"), Is.EqualTo(expected.Select(p => p?.Decision?.ToString().ToLowerInvariant() ?? "")));
                Assert.That(view.GetColumn<string>("PredictionSet"), Is.EqualTo(expected.Select(p => string.Join('|', p?.PredictionSet ?? []))));
                Assert.That(view.GetColumn<string>("Reasons"), Is.EqualTo(expected.Select(p => string.Join('|', p?.Reasons.Select(r => r.Code) ?? []))));
            }
        Assert.That(before.GetColumn<string>("Decision").Where(d => d.Length > 0).Distinct(), Is.EquivalentTo(new[] { "answer", "abstain" }));
        Assert.That(Visible(after), Is.EquivalentTo(Visible(before)));
    }

    [Test]
    public void Without_a_policy_every_image_is_answered_and_no_set_is_given()
    {
        IDataView data = _images.Keyed(_context);
        IDataView scored = SmallImages.Transformer(_context, data, "ImagePath").Transform(data);
        Assert.That(scored.GetColumn<string>("Decision"), Is.All.EqualTo("answer"));
        Assert.That(scored.GetColumn<string>("PredictionSet").Concat(scored.GetColumn<string>("Reasons")), Is.All.Empty);
        Assert.That(scored.GetColumn<float>("Familiarity"), Is.All.NaN);
    }

    [Test]
    public void An_unreadable_image_is_treated_as_before_saving()
    {
        IDataView data = _images.Keyed(_context, [new ImageRowInput { ImagePath = "nowhere.png", Class = "red" }, _images.Rows[0]]);
        IDataView soft = Reload(SmallImages.Transformer(_context, data, "ImagePath"), data.Schema, "soft").Transform(data);
        Assert.That(soft.GetColumn<float[]>("Score").Select(s => float.IsNaN(s[0])), Is.EqualTo(new[] { true, false }));
        Assert.That(soft.GetColumn<uint>("PredictedLabel").First(), Is.Zero);
        Assert.That(soft.GetColumn<string>("ImageError").First(), Does.Contain("nowhere.png"));
        IDataView hard = Reload(SmallImages.Transformer(_context, data, "ImagePath", throws: true), data.Schema, "hard").Transform(data);
        Exception error = Assert.Catch(() => _ = hard.GetColumn<float[]>("Score").Count())!;
        Assert.That(error.GetBaseException(), Is.InstanceOf<FileNotFoundException>(), "ML.NET reads ahead on other threads and wraps what they throw");
    }

    [Test]
    public void A_text_of_a_newer_release_or_a_damaged_one_says_what_to_do()
    {
        string text = new SavedText("scores") { Content = [1] }.Write();
        Assert.That(() => SavedText.Read(text.Replace("\"format\":1", "\"format\":2").AsMemory()), Throws.TypeOf<UnsupportedContentException>()
            .With.Message.EqualTo("Saved ML.NET model: expected format 1 or lower, received 2: a newer release of SkinClassifier.MLNet wrote it. "
                + "Update the package SkinClassifier.MLNet."));
        Assert.That(() => SavedText.Read("{".AsMemory()), Throws.TypeOf<InvalidContentException>().With.Message.Contains("Save the model again."));
        Assert.That(() => SavedText.Read("{\"format\":1}".AsMemory()), Throws.TypeOf<InvalidContentException>());
        string other = new SavedText("dreams").Write();
        Assert.That(() => SavedSteps.Run(other.AsMemory(), (_, _) => default, _ => { }),
            Throws.TypeOf<UnsupportedContentException>().With.Message.Contains("'dreams'"));
    }

    [Test]
    public void A_fresh_process_gives_the_same_scores_bit_for_bit()
    {
        IDataView data = _images.Keyed(_context);
        string zip = _images.File("fresh.zip");
        _context.Model.Save(SmallImages.Transformer(_context, data, "ImagePath"), data.Schema, zip);
        string[][] lines = InsideMlNetSample.Score(zip, _images.Rows.Select(r => r.ImagePath));
        using PredictionEngine engine = new(SmallImages.Model);
        foreach ((ImageRowInput row, string[] line) in _images.Rows.Zip(lines))
        {
            ImagePrediction expected = engine.Predict(row.ImagePath);
            Assert.That(line[0], Is.EqualTo(row.ImagePath));
            Assert.That(line[1], Is.EqualTo(expected.PredictedLabel));
            Assert.That(line[2..].Select(s => float.Parse(s, CultureInfo.InvariantCulture)), Is.EqualTo(expected.Score));
        }
        Assert.That(lines, Has.Length.EqualTo(_images.Rows.Count));
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema, string name)
    {
        string zip = _images.File(name + ".zip");
        _context.Model.Save(model, schema, zip);
        return new MLContext().Model.Load(zip, out _);
    }

    private static IEnumerable<string> Visible(IDataView view) => view.Schema.Where(c => !c.IsHidden).Select(c => c.Name);

    private static string[] Names(IDataView view, string column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema[column].Annotations.GetValue(column == "Score" ? "SlotNames" : "KeyValues", ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }
}
