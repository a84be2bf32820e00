using SkinClassifier.Calibration;
using SkinClassifier.Execution;

namespace SkinClassifier.Models;

/// <summary>
/// Scores images with a model and looks at them as its policy and its gallery want it. Where these need features, scores and features come from one run of one
/// network; the scores are the same as without. One caller at a time.
/// </summary>
internal sealed class ImageInspector : IDisposable
{
    private readonly ImageScorer _scorer;
    private readonly ImageClassificationModel _model;
    private readonly NetworkFeatures? _network;
    private readonly ImageChecks? _checks;
    private readonly ImageGallery? _gallery;
    private readonly int _similar;
    private float[] _rows = [];

    /// <summary>Prepares everything.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How the plans work.</param>
    /// <param name="views">Views per image; null: the model's own number.</param>
    /// <param name="usesPolicy">Whether the checks of the model's policy are made.</param>
    /// <param name="similar">Similar training images to find; 0: none.</param>
    /// <exception cref="ArgumentException">Similar images are wanted of a model without a gallery.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model's images have no such number of views.</exception>
    public ImageInspector(ImageClassificationModel model, PlanOptions options, int? views, bool usesPolicy, int similar)
    {
        (_model, _similar) = (model, similar);
        _checks = usesPolicy ? model.Policy?.Checks : null;
        if (similar > 0)
            _gallery = model.Gallery ?? throw new ArgumentException("Similar: expected a model with a gallery of its training images, received one without. "
                + "Train it with KeepGallery.", nameof(similar));
        _network = _checks?.Familiarity is null && _gallery is null ? null : model.Features;
        _scorer = _network is null ? new ImageScorer(model, options, views) : new ImageScorer(model, _network, options, views);
    }

    /// <summary>Whether there is anything to find beside the scores.</summary>
    public bool Inspects => _checks is not null || _gallery is not null;

    /// <summary>Floats of one preprocessed image: 3 · H · W.</summary>
    public int ImageLength => _scorer.ImageLength;

    /// <summary>Scores per image: K.</summary>
    public int OutputCount => _model.Labels.Count;

    /// <summary>Scores images [N,3,H,W] into scores [N,K]. Allocates nothing once warm.</summary>
    /// <exception cref="OperationCanceledException">Canceled between two layers; the inspector can be used again.</exception>
    public void Score(ReadOnlySpan<float> images, Span<float> scores, CancellationToken cancellationToken = default)
    {
        if (_network is null)
            _scorer.Score(images, scores, cancellationToken);
        else
            Run(images, scores, cancellationToken);
    }

    /// <summary>Scores images and looks at them.</summary>
    /// <param name="images">[N,3,H,W].</param>
    /// <param name="scores">Receives [N,K].</param>
    /// <param name="sizes">Columns and rows of the images before they were scaled [N].</param>
    /// <param name="cancellationToken">Stops between two layers.</param>
    /// <returns>What was found [N]; null when there is nothing to look for.</returns>
    public ImageFindings[]? Score(ReadOnlySpan<float> images, Span<float> scores, ReadOnlySpan<(int Width, int Height)> sizes,
        CancellationToken cancellationToken = default)
    {
        Score(images, scores, cancellationToken);
        if (!Inspects)
            return null;
        ImageFindings[] findings = new ImageFindings[sizes.Length];
        for (int n = 0; n < findings.Length; n++)
            findings[n] = Inspect(n, images.Slice(n * ImageLength, ImageLength), sizes[n]);
        return findings;
    }

    /// <inheritdoc/>
    public void Dispose() => _scorer.Dispose();

    /// <summary>Looks at image <paramref name="n"/> of the last run.</summary>
    private ImageFindings Inspect(int n, ReadOnlySpan<float> pixels, (int Width, int Height) size)
    {
        ReadOnlySpan<float> logits = [], features = [];
        if (_network is not null)
        {
            ReadOnlySpan<float> row = _rows.AsSpan(n * _network.Length, _network.Length);
            logits = row.Slice(_network.Classes, _network.Logits);
            features = row[^_network.Features..];
        }
        ImageFindings found = _checks?.Inspect(features, logits, pixels, _model.Manifest.Width, _model.Manifest.Height, size) ?? new ImageFindings();
        return _gallery is null ? found : found with { Similar = _gallery.Nearest(features, _similar, _model.Labels) };
    }

    private void Run(ReadOnlySpan<float> images, Span<float> scores, CancellationToken cancellationToken)
    {
        int count = images.Length / ImageLength, length = _network!.Length;
        if (_rows.Length < count * length)
            _rows = new float[count * length];
        _scorer.Score(images, _rows.AsSpan(0, count * length), cancellationToken);
        for (int n = 0; n < count; n++)
            _rows.AsSpan(n * length, OutputCount).CopyTo(scores.Slice(n * OutputCount, OutputCount));
    }
}
