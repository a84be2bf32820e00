using System.Numerics.Tensors;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// Runs a network on preprocessed images, for prediction, evaluation, validation and feature extraction. Images pass through one plan in groups; the rest
/// goes image by image through a smaller plan, or through the same plan with unused rows. With test-time augmentation each image is several rows of a run.
/// One caller at a time; allocates nothing once both plans exist.
/// </summary>
internal sealed class ImageScorer : IDisposable
{
    /// <summary>Rows (images, or views of them) per run where a caller does not choose another number.</summary>
    public const int Group = 8;

    private readonly Graph _network;
    private readonly PlanOptions _options;
    private readonly int _width, _height, _imagesPerRun;
    private readonly bool _fillsLastRun;
    private float[] _rows = [], _scores = [];
    private InferencePlan? _full, _single;

    /// <summary>Prepares scoring with any network of one input [N,3,H,W].</summary>
    /// <param name="network">The network; its weights must not change while the scorer lives.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <param name="outputs">Values per row of the network's output.</param>
    /// <param name="options">How the plans work.</param>
    /// <param name="views">Views per image: 1, 2, 4, or 8 for a square.</param>
    /// <param name="rowsPerRun">Rows of the larger plan, at least <paramref name="views"/>.</param>
    /// <param name="fillsLastRun">True runs a rest through the larger plan, too; what its unused rows give is not used. False runs it image by image.</param>
    public ImageScorer(Graph network, int width, int height, int outputs, PlanOptions options, int views = 1, int rowsPerRun = Group, bool fillsLastRun = false)
    {
        (_network, _options, _width, _height) = (network, options, width, height);
        (Views, OutputCount, ImageLength) = (views, outputs, 3 * height * width);
        (_imagesPerRun, _fillsLastRun) = (rowsPerRun / views, fillsLastRun);
    }

    /// <summary>Prepares scoring with a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How the plans work.</param>
    /// <param name="views">Views per image; null: the model's own number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model's images have no such number of views.</exception>
    public ImageScorer(ImageClassificationModel model, PlanOptions options, int? views = null)
        : this(model.ScoringNetwork, model.Manifest.Width, model.Manifest.Height, model.Labels.Count, options, CheckedViews(model.Manifest, views)) { }

    /// <summary>Prepares scoring with a model's network that gives features beside the scores (<see cref="ImageClassificationModel.Features"/>).</summary>
    /// <inheritdoc cref="ImageScorer(ImageClassificationModel, PlanOptions, int?)"/>
    public ImageScorer(ImageClassificationModel model, NetworkFeatures network, PlanOptions options, int? views = null)
        : this(network.Graph, model.Manifest.Width, model.Manifest.Height, network.Length, options, CheckedViews(model.Manifest, views)) { }

    /// <summary>Views per image; 1 is the image alone.</summary>
    public int Views { get; }

    /// <summary>Floats of one preprocessed image: 3 · H · W.</summary>
    public int ImageLength { get; }

    /// <summary>Values per image (of one view): the classes of a model, K.</summary>
    public int OutputCount { get; }

    /// <summary>Scores images [N,3,H,W] into scores [N,K]: of several views the arithmetic mean, added in the order of the views.</summary>
    /// <exception cref="OperationCanceledException">Canceled between two layers; the scorer can be used again.</exception>
    public void Score(ReadOnlySpan<float> images, Span<float> scores, CancellationToken cancellationToken = default)
    {
        if (Views == 1)
        {
            ScoreViews(images, scores, cancellationToken);
            return;
        }
        if (_scores.Length == 0)
            _scores = new float[_imagesPerRun * Views * OutputCount];
        int count = images.Length / ImageLength;
        for (int done = 0, size; done < count; done += size)
        {
            size = SizeOfRun(count - done);
            Run(images.Slice(done * ImageLength, size * ImageLength), _scores.AsSpan(0, size * Views * OutputCount), cancellationToken);
            for (int i = 0; i < size; i++)
                Mean(_scores.AsSpan(i * Views * OutputCount, Views * OutputCount), scores.Slice((done + i) * OutputCount, OutputCount));
        }
    }

    /// <summary>Scores images [N,3,H,W] into the scores of every view [N,views,K].</summary>
    /// <inheritdoc cref="Score"/>
    public void ScoreViews(ReadOnlySpan<float> images, Span<float> scores, CancellationToken cancellationToken = default)
    {
        int count = images.Length / ImageLength, perImage = Views * OutputCount;
        for (int done = 0, size; done < count; done += size)
        {
            size = SizeOfRun(count - done);
            Run(images.Slice(done * ImageLength, size * ImageLength), scores.Slice(done * perImage, size * perImage), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _single?.Dispose();
        _full?.Dispose();
    }

    private static int CheckedViews(ModelManifest manifest, int? views)
    {
        int number = views ?? manifest.TestTimeAugmentation;
        return TestTimeAugmentationViews.Error(number, manifest.Width, manifest.Height) is { } error
            ? throw new ArgumentOutOfRangeException("TestTimeAugmentation", $"TestTimeAugmentation: {error}.")
            : number;
    }

    private int SizeOfRun(int left) => left >= _imagesPerRun ? _imagesPerRun : _fillsLastRun ? left : 1;

    /// <summary>One run of a plan: <paramref name="scores"/> receives all views of the images.</summary>
    private void Run(ReadOnlySpan<float> images, Span<float> scores, CancellationToken cancellationToken)
    {
        int size = images.Length / ImageLength;
        InferencePlan plan = size == _imagesPerRun || _fillsLastRun ? _full ??= Plan(_imagesPerRun) : _single ??= Plan(1);
        bool isFull = size * Views == plan.InputShape[0];
        if (Views == 1 && isFull)
        {
            plan.Run(images, scores, cancellationToken);
            return;
        }
        if (_rows.Length == 0)
            _rows = new float[_imagesPerRun * Views * ImageLength];
        for (int i = 0; i < size; i++)
            TestTimeAugmentationViews.Write(
                images.Slice(i * ImageLength, ImageLength), _width, _height, Views, _rows.AsSpan(i * Views * ImageLength, Views * ImageLength));
        ReadOnlySpan<float> input = _rows.AsSpan(0, plan.InputShape[0] * ImageLength);
        if (isFull)
        {
            plan.Run(input, scores, cancellationToken);
            return;
        }
        if (_scores.Length == 0)
            _scores = new float[_imagesPerRun * Views * OutputCount];
        plan.Run(input, _scores, cancellationToken);
        _scores.AsSpan(0, scores.Length).CopyTo(scores);
    }

    private InferencePlan Plan(int images) => InferencePlan.Create(_network, new TensorShape(images * Views, 3, _height, _width), _options);

    private void Mean(ReadOnlySpan<float> views, Span<float> mean)
    {
        mean.Clear();
        for (int v = 0; v < Views; v++)
            TensorPrimitives.Add(mean, views.Slice(v * OutputCount, OutputCount), mean);
        TensorPrimitives.Multiply(mean, 1f / Views, mean);
    }
}
