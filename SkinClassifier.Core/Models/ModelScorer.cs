using System.Numerics.Tensors;
using SkinClassifier.Execution;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// Runs a model's network on preprocessed images: groups of <see cref="Group"/> through one plan, the rest image by image. With test-time augmentation
/// each image goes through as several views and its scores are their arithmetic mean, added in the order of the views. One caller at a time;
/// allocates nothing once both plans exist.
/// </summary>
internal sealed class ModelScorer : IDisposable
{
    /// <summary>Images (or views) per run of the larger plan.</summary>
    public const int Group = 8;

    private readonly ImageClassificationModel _model;
    private readonly PlanOptions _options;
    private readonly float[] _viewPixels, _viewScores;
    private InferencePlan? _single, _group;

    /// <summary>Prepares scoring.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How its plans work.</param>
    /// <param name="views">Views per image; null: the model's own number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model's images have no such number of views.</exception>
    public ModelScorer(ImageClassificationModel model, PlanOptions options, int? views = null)
    {
        _model = model;
        _options = options;
        Views = views ?? model.Manifest.TestTimeAugmentation;
        if (TestTimeAugmentationViews.Error(Views, model.Manifest.Width, model.Manifest.Height) is { } error)
            throw new ArgumentOutOfRangeException("TestTimeAugmentation", $"TestTimeAugmentation: {error}.");
        ImageLength = 3 * model.Manifest.Height * model.Manifest.Width;
        ClassCount = model.Labels.Count;
        _viewPixels = Views == 1 ? [] : new float[Group * ImageLength];
        _viewScores = Views == 1 ? [] : new float[Group * ClassCount];
    }

    /// <summary>Views per image; 1 is the image alone.</summary>
    public int Views { get; }

    /// <summary>Floats of one preprocessed image: 3 · H · W.</summary>
    public int ImageLength { get; }

    /// <summary>Number of scores per image, K.</summary>
    public int ClassCount { get; }

    /// <summary>Scores images [N,3,H,W] into scores [N,K].</summary>
    public void Score(ReadOnlySpan<float> images, Span<float> scores)
    {
        int count = images.Length / ImageLength, done = 0, together = Group / Views;
        for (; count - done >= together; done += together)
            Run(ref _group, together, images, scores, done);
        for (; done < count; done++)
            Run(ref _single, 1, images, scores, done);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _single?.Dispose();
        _group?.Dispose();
    }

    private void Run(ref InferencePlan? plan, int size, ReadOnlySpan<float> images, Span<float> scores, int first)
    {
        int width = _model.Manifest.Width, height = _model.Manifest.Height;
        plan ??= InferencePlan.Create(_model.Network, new TensorShape(size * Views, 3, height, width), _options);
        ReadOnlySpan<float> input = images.Slice(first * ImageLength, size * ImageLength);
        Span<float> output = scores.Slice(first * ClassCount, size * ClassCount);
        if (Views == 1)
        {
            plan.Run(input, output);
            return;
        }
        for (int i = 0; i < size; i++)
            TestTimeAugmentationViews.Write(input.Slice(i * ImageLength, ImageLength), width, height, Views, _viewPixels.AsSpan(i * Views * ImageLength, Views * ImageLength));
        plan.Run(_viewPixels.AsSpan(0, size * Views * ImageLength), _viewScores.AsSpan(0, size * Views * ClassCount));
        for (int i = 0; i < size; i++)
        {
            Span<float> mean = output.Slice(i * ClassCount, ClassCount);
            mean.Clear();
            for (int v = 0; v < Views; v++)
                TensorPrimitives.Add(mean, _viewScores.AsSpan((i * Views + v) * ClassCount, ClassCount), mean);
            TensorPrimitives.Multiply(mean, 1f / Views, mean);
        }
    }
}
