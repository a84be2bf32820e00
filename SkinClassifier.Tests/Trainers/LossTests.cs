using System.Text.Json;
using SkinClassifier.Trainers.Losses;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

public sealed class LossTests
{
    [TestCaseSource(typeof(TorchNumbers), nameof(Losses))]
    public void Loss_and_gradient_equal_PyTorch(JsonElement recorded)
    {
        Loss loss = Loss.Create(Enum.Parse<LossKind>(Text(recorded, "kind")), Number(recorded, "smoothing"), Number(recorded, "gamma"),
            recorded.TryGetProperty("offsets", out _) ? Floats(recorded, "offsets") : null);
        float[] scores = Floats(recorded, "scores"), expected = Floats(recorded, "gradient"), gradient = new float[scores.Length];
        double value = loss.Compute(scores, Floats(recorded, "targets"), (int)Number(recorded, "classes"), Floats(recorded, "weights"), gradient);
        double wanted = Number(recorded, "loss");
        Assert.That(value, Is.EqualTo(wanted).Within(1e-6 * Math.Max(1, wanted)));
        Assert.That(gradient, Is.EqualTo(expected).Within(1e-6f));
    }

    [TestCase(LossKind.CrossEntropy)]
    [TestCase(LossKind.Binary)]
    [TestCase(LossKind.Hinge)]
    [TestCase(LossKind.BinaryHinge)]
    [TestCase(LossKind.Focal)]
    public void Gradient_equals_central_differences_for_mixed_targets(LossKind kind)
    {
        Loss loss = Loss.Create(kind, 0.1, 1.7);
        const int Count = 3, Classes = 2;
        int outputs = loss.OutputCount(Classes);
        float[] scores = [.. Enumerable.Range(0, Count * outputs).Select(i => (float)Math.Sin(i * 1.3 + 0.4))];
        float[] targets = [0.25f, 0.75f, 1, 0, 0.5f, 0.5f], weights = [0.7f, 2.1f], gradient = new float[scores.Length];
        loss.Compute(scores, targets, Classes, weights, gradient);
        for (int i = 0; i < scores.Length; i++)
        {
            float[] up = [.. scores], down = [.. scores];
            up[i] += 1e-3f;
            down[i] -= 1e-3f;
            double slope = (loss.Compute(up, targets, Classes, weights, []) - loss.Compute(down, targets, Classes, weights, [])) / (up[i] - down[i]);
            Assert.That(gradient[i], Is.EqualTo(slope).Within(1e-4), $"score {i}");
        }
    }

    [Test]
    public void Loss_of_a_score_that_is_not_a_number_is_not_a_number([Values] LossKind kind)
    {
        Loss loss = Loss.Create(kind);
        float[] scores = [.. Enumerable.Repeat(float.NaN, loss.OutputCount(2))];
        Assert.That(loss.Compute(scores, [0, 1], 2, [], new float[scores.Length]), Is.NaN);
    }

    [Test]
    public void Binary_losses_refuse_three_classes([Values(LossKind.Binary, LossKind.BinaryHinge)] LossKind kind) =>
        Assert.That(() => Loss.Create(kind).OutputCount(3), Throws.ArgumentException.With.Message.Contains("expected 2 classes, received 3"));

    [Test]
    public void Logits_of_the_binary_losses_give_the_sigmoid([Values(LossKind.Binary, LossKind.BinaryHinge)] LossKind kind)
    {
        float[] logits = new float[4];
        Loss.Create(kind).ToLogits([1.5f, -2], 2, logits);
        Assert.That(logits, Is.EqualTo(new float[] { 0, 1.5f, 0, -2 }));
    }
}
