using SkinClassifier.Execution;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>Runs a model's network on preprocessed pictures: groups of <see cref="Group"/> through one plan, the rest one by one. One caller at a time.</summary>
internal sealed class ModelScorer : IDisposable
{
    /// <summary>Pictures per run of the larger plan.</summary>
    public const int Group = 8;

    private readonly ImageClassificationModel _model;
    private readonly PlanOptions _options;
    private InferencePlan? _single, _group;

    public ModelScorer(ImageClassificationModel model, PlanOptions options)
    {
        _model = model;
        _options = options;
        PictureLength = 3 * model.Manifest.Height * model.Manifest.Width;
        ClassCount = model.Labels.Count;
    }

    /// <summary>Floats of one preprocessed picture: 3 · H · W.</summary>
    public int PictureLength { get; }

    /// <summary>Number of scores per picture, K.</summary>
    public int ClassCount { get; }

    /// <summary>Scores pictures [N,3,H,W] into scores [N,K].</summary>
    public void Score(ReadOnlySpan<float> pictures, Span<float> scores)
    {
        int count = pictures.Length / PictureLength, done = 0;
        for (; count - done >= Group; done += Group)
            Run(ref _group, Group, pictures, scores, done);
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
        plan ??= InferencePlan.Create(_model.Network, new TensorShape(size, 3, _model.Manifest.Height, _model.Manifest.Width), _options);
        plan.Run(pictures.Slice(first * PictureLength, size * PictureLength), scores.Slice(first * ClassCount, size * ClassCount));
    }
}
