using SkinClassifier.Calibration;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Calibration;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Prediction;

[TestFixture]
public sealed class PolicyPredictionTests
{
    private static readonly ImageClassificationModel _plain = SmallModels.Create(["red", "green", "blue"]);
    private static readonly ImageClassificationModel _model = _plain.WithPolicy(PredictionPolicyTests.Policy(0.6, 0.5, 0.5, 0.9));
    private static readonly RgbImage _red = SmallModels.Plain(220, 10, 10), _gray = SmallModels.Plain(118, 116, 100);

    [Test]
    public void A_confident_prediction_is_an_answer_and_an_unsure_one_is_not()
    {
        using PredictionEngine engine = new(_model);
        ImagePrediction answer = engine.Predict(_red), none = engine.Predict(_gray);
        Assert.That((answer.Decision, answer.PredictedLabel, answer.Reasons.Count), Is.EqualTo((PredictionDecision.Answer, "red", 0)));
        Assert.That(answer.PredictionSet, Is.EqualTo(new[] { "red" }));
        Assert.That(answer.ToString(), Does.StartWith("red "));
        Assert.That((none.Decision, none.Scores[0].Score), Is.EqualTo((PredictionDecision.Abstain, none.Score.Max())));
        Assert.That(none.PredictedLabel, Is.EqualTo(none.Scores[0].Label), "the class stays there");
        Assert.That(none.PredictionSet, Is.EqualTo(new[] { "blue" }), "whose limit is wide");
        Assert.That(none.Reasons.Select(r => r.Code), Is.EqualTo(new[] { "low-confidence", "not-in-set" }));
        Assert.That(none.ToString(), Does.StartWith("no answer (low-confidence, not-in-set): "));
    }

    [Test]
    public void Every_way_to_predict_follows_the_policy()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("gray.png");
        _gray.Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        using PredictionEngine engine = new(_model);
        using PredictionEnginePool pool = new(_model);
        ImagePrediction[] all = [engine.Predict(path), engine.Predict(new MemoryStream(bytes)), engine.Predict(bytes), .. engine.Predict([_gray]),
            .. engine.PredictFiles([path]), pool.Predict(path), pool.Predict(bytes), pool.PredictAsync(_gray).GetAwaiter().GetResult()];
        Assert.That(all.Select(p => p.Decision), Is.All.EqualTo(PredictionDecision.Abstain));
        Assert.That(all.Select(p => string.Join(' ', p.PredictionSet!)), Is.All.EqualTo("blue"));
    }

    [Test]
    public void Without_a_policy_and_with_the_switch_off_everything_is_answered()
    {
        using PredictionEngine plain = new(_plain), off = new(_model, new ImagePredictionOptions { UsePolicy = false });
        foreach (ImagePrediction prediction in new[] { plain.Predict(_gray), off.Predict(_gray) })
            Assert.That((prediction.Decision, prediction.PredictionSet, prediction.Reasons.Count, prediction.Familiarity),
                Is.EqualTo((PredictionDecision.Answer, (IReadOnlyList<string>?)null, 0, (double?)null)));
        Assert.That(off.Predict(_gray).Score, Is.EqualTo(plain.Predict(_gray).Score), "scores do not change");
    }

    [Test]
    public void An_image_that_cannot_be_read_has_no_decision()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("broken.png"), "no image");
        using PredictionEngine engine = new(_model);
        ImagePrediction prediction = engine.PredictFiles([folder.File("broken.png")]).Single();
        Assert.That((prediction.Decision, prediction.PredictionSet, prediction.Reasons.Count),
            Is.EqualTo(((PredictionDecision?)null, (IReadOnlyList<string>?)null, 0)));
    }
}
