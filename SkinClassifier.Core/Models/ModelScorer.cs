using System.Numerics.Tensors;
using SkinClassifier.Execution;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// Runs a model's network on preprocessed pictures: groups of <see cref="Group"/> through one plan, the rest picture by picture. With test-time augmentation
/// each picture goes through as several views and its scores are their arithmetic mean, added in the order of the views. One caller at a time;
/// allocates nothing once both plans exist.
/// </summary>
internal sealed class ModelScorer : IDisposable
{
    /// <summary>Pictures (or views) per run of the larger plan.</summary>
    public const int Group = 8;

    private readonly ImageClassificationModel _model;
    private readonly PlanOptions _options;
    private readonly float[] _viewPixels, _viewScores;
    private InferencePlan? _single, _group;

    /// <summary>Prepares scoring.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How its plans work.</param>
    /// <param name="views">Views per picture; null: the model's own number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model's pictures have no such number of views.</exception>
    public ModelScorer(ImageClassificationModel model, PlanOptions options, int? views = null)
    {
        _model = model;
        _options = options;
        Views = views ?? model.Manifest.TestTimeAugmentation;
        if (PictureViews.Fault(Views, model.Manifest.Width, model.Manifest.Height) is { } fault)
            throw new ArgumentOutOfRangeException("TestTimeAugmentation", $"TestTimeAugmentation: {fault}.");
        PictureLength = 3 * model.Manifest.Height * model.Manifest.Width;
        ClassCount = model.Labels.Count;
        _viewPixels = Views == 1 ? [] : new float[Group * PictureLength];
        _viewScores = Views == 1 ? [] : new float[Group * ClassCount];
    }

    /// <summary>Views per picture; 1 is the picture alone.</summary>
    public int Views { get; }

    /// <summary>Floats of one preprocessed picture: 3 · H · W.</summary>
    public int PictureLength { get; }

    /// <summary>Number of scores per picture, K.</summary>
    public int ClassCount { get; }

    /// <summary>Scores pictures [N,3,H,W] into scores [N,K].</summary>
    public void Score(ReadOnlySpan<float> pictures, Span<float> scores)
    {
        int count = pictures.Length / PictureLength, done = 0, together = Group / Views;
        for (; count - done >= together; done += together)
            Run(ref _group, together, pictures, scores, done);
        for (; done < count; done++)
            Run(ref _single, 1, pictures, scores, done);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _single?.Dispose();
        _group?.Dispose();
    }

    private void Run(ref InferencePlan? plan, int size, ReadOnlySpan<float> pictures, Span<float> scores, int first)
    {
        int width = _model.Manifest.Width, height = _model.Manifest.Height;
        plan ??= InferencePlan.Create(_model.Network, new TensorShape(size * Views, 3, height, width), _options);
        ReadOnlySpan<float> input = pictures.Slice(first * PictureLength, size * PictureLength);
        Span<float> output = scores.Slice(first * ClassCount, size * ClassCount);
        if (Views == 1)
        {
            plan.Run(input, output);
            return;
        }
        for (int i = 0; i < size; i++)
            PictureViews.Write(input.Slice(i * PictureLength, PictureLength), width, height, Views, _viewPixels.AsSpan(i * Views * PictureLength, Views * PictureLength));
        plan.Run(_viewPixels.AsSpan(0, size * Views * PictureLength), _viewScores.AsSpan(0, size * Views * ClassCount));
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
