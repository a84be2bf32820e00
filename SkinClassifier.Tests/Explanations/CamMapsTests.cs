using SkinClassifier.Explanations;

namespace SkinClassifier.Tests.Explanations;

public sealed class CamMapsTests
{
    // Two channels of 1 × 2 places.
    private static readonly float[] Activations = [1, 2, 4, 0], Gradients = [0.5f, -0.5f, 0, 1];

    private static float[] Map(ExplanationMethod method)
    {
        float[] map = [7, 7];
        CamMaps.Compute(method, Activations, Gradients, map);
        return map;
    }

    [Test]
    public void Grad_CAM_weighs_channels_by_their_mean_gradient() =>
        Assert.That(Map(ExplanationMethod.GradCam), Is.EqualTo(new[] { 0 * 1 + 0.5f * 4, 0 * 2 + 0.5f * 0 }).Within(1e-6));

    [Test]
    public void High_resolution_CAM_multiplies_place_by_place() =>
        Assert.That(Map(ExplanationMethod.HiResCam), Is.EqualTo(new[] { 0.5f * 1 + 0 * 4, -0.5f * 2 + 1 * 0 }).Within(1e-6));

    [Test]
    public void Layer_CAM_leaves_negative_gradients_out() =>
        Assert.That(Map(ExplanationMethod.LayerCam), Is.EqualTo(new[] { 0.5f * 1 + 0 * 4, 0f * 2 + 1 * 0 }).Within(1e-6));

    [Test]
    public void Grad_CAM_plus_plus_weighs_positive_gradients()
    {
        // Channel 1: ΣA = 3, g = 0.5: α = 0.25 / (0.5 + 3 · 0.125) = 0.285714, weight 0.142857. Channel 2: ΣA = 4, g = 1: α = 1 / (2 + 4), weight 0.166667.
        Assert.That(Map(ExplanationMethod.GradCamPlusPlus), Is.EqualTo(new[] { 0.142857f * 1 + 0.166667f * 4, 0.142857f * 2 }).Within(1e-5));
    }
}
