using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Explanations;

/// <summary>What a <see cref="PredictionEngine"/> keeps for its explanations: plans and buffers. Freed with the engine. One caller at a time.</summary>
internal sealed class ImageExplainer : IDisposable
{
    private readonly PredictionEngine _engine;
    private readonly float[] _input;
    private readonly NetworkMaps _maps;
    private byte[] _content = [];
    private int _busy;

    private ImageExplainer(PredictionEngine engine)
    {
        _engine = engine;
        _input = new float[Model.Preprocessor.ValueCount];
        _maps = new NetworkMaps(Model.Network, Model.Manifest.Width, Model.Manifest.Height, Model.Labels.Count, engine.Plans);
    }

    private ImageClassificationModel Model => _engine.Model;

    private int Width => Model.Manifest.Width;

    private int Height => Model.Manifest.Height;

    /// <summary>The explainer of an engine; made at the first call.</summary>
    public static ImageExplainer Of(PredictionEngine engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        return (ImageExplainer)engine.Companion(() => new ImageExplainer(engine));
    }

    /// <summary>Explains the image in a file.</summary>
    public ImageExplanation Explain(string path, ExplanationOptions? options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Enter();
        try
        {
            int length = FileContent.Read(path, ref _content);
            return Explain(_content.AsSpan(0, length), path, path, options, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Explains an encoded image in memory.</summary>
    public ImageExplanation Explain(ReadOnlySpan<byte> content, string name, ExplanationOptions? options, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            return Explain(content, name, null, options, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Explains a decoded image.</summary>
    public ImageExplanation Explain(RgbImage image, ExplanationOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        Enter();
        try
        {
            ExplanationOptions valid = ExplanationRules.Checked(options, Model);
            return Explain(_engine.PredictAndKeep(image, _input, cancellationToken), image.Width, image.Height, valid, cancellationToken);
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _maps.Dispose();

    private ImageExplanation Explain(ReadOnlySpan<byte> content, string name, string? path, ExplanationOptions? options, CancellationToken cancellationToken)
    {
        ExplanationOptions valid = ExplanationRules.Checked(options, Model);
        ImagePrediction prediction = _engine.PredictAndKeep(content, name, path, _input, cancellationToken);
        ImageInfo size = RgbImage.Identify(content, _engine.Options.Decoder, name);
        return Explain(prediction, size.Width, size.Height, valid, cancellationToken);
    }

    /// <summary>Computes the map of the image in <see cref="_input"/> and brings it into the coordinates of the image.</summary>
    private ImageExplanation Explain(ImagePrediction prediction, int width, int height, ExplanationOptions options, CancellationToken cancellationToken)
    {
        string label = options.Label ?? prediction.PredictedLabel!;
        HeatMap map = _maps.Compute(_input, ExplanationRules.PlaceOf(label, Model), options, cancellationToken);
        ImagePlacement placement = Model.Preprocessor.Place(width, height);
        return new ImageExplanation(prediction, label, options.Method, map.Layer, width, height)
        {
            Seen = Bilinear.Seen(Width, Height, width, height, placement),
            Raw = Project(map.Raw),
            Map = Project(map.Scaled),
        };

        float[] Project(float[] from)
        {
            if (width == Width && height == Height)
                return from;
            float[] to = new float[width * height];
            Bilinear.Resample(from, Width, Height, to, width, height, placement, _engine.Plans.Workers);
            return to;
        }
    }

    /// <summary>Refuses a second caller: both would write into the same buffers.</summary>
    private void Enter()
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException("Explain: expected one explanation of an engine at a time, received a second one while the first is running. "
                + $"Use a {nameof(PredictionEngine)} for each caller.");
    }

    private void Leave() => Volatile.Write(ref _busy, 0);
}
