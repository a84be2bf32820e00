using SkinClassifier.Data;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Batches of images, decoded and augmented ahead of the network. Every batch is full: the place of an unreadable image is taken by the next one.
/// </summary>
internal sealed class ImageBatches : BatchSource
{
    private readonly BatchLoader _loader;
    private readonly EpochOrder _order;
    private readonly EasyImages _easy;
    private readonly int _classes, _length;
    private readonly int[] _given;
    private IEnumerator<ImageBatch>? _batches;
    private int _next, _images;

    /// <summary>Creates the source.</summary>
    /// <param name="loader">Reads and augments; its batch size does not matter.</param>
    /// <param name="classes">K.</param>
    /// <param name="batchSize">Images per step; cut to the epoch's length.</param>
    /// <param name="order">Order of each epoch.</param>
    /// <param name="easy">The images that an epoch leaves out.</param>
    public ImageBatches(BatchLoader loader, int classes, int batchSize, EpochOrder order, EasyImages easy)
    {
        _easy = easy;
        _loader = loader;
        _order = order;
        _classes = classes;
        _length = loader.Preprocessor.ValueCount;
        _images = order.Length;
        _given = new int[Math.Min(batchSize, order.Length)];
        InputShape = new TensorShape(_given.Length, 3, loader.Preprocessor.Height, loader.Preprocessor.Width);
    }

    /// <inheritdoc/>
    public override TensorShape InputShape { get; }

    /// <inheritdoc/>
    public override int Classes => _classes;

    /// <inheritdoc/>
    public override int StepsPerEpoch => _images / BatchSize;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Indices => _given;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch, int firstBatch = 0)
    {
        _batches?.Dispose();
        int[] shown = _easy.Shown(_order.Of(epoch), epoch, least: BatchSize);
        _images = shown.Length;
        _batches = _loader.Load(shown, epoch).GetEnumerator();
        _next = 0;
        // Images before the first batch are read and dropped, so that a resumed epoch sees exactly the images of an undisturbed one.
        for (int skip = firstBatch * BatchSize; skip > 0; skip--)
            if (!Advance())
                return;
    }

    /// <inheritdoc/>
    public override bool Next(Span<float> input, Span<float> targets)
    {
        targets.Clear();
        for (int i = 0; i < BatchSize; i++)
        {
            if (!Advance())
                return false;
            ImageBatch batch = _batches!.Current;
            batch.Pixels.Slice((_next - 1) * _length, _length).CopyTo(input[(i * _length)..]);
            _given[i] = batch.Indices[_next - 1];
            targets[i * _classes + batch.Labels[_next - 1]] = _easy.WeightOf(_given[i]);
        }
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _batches?.Dispose();

    /// <summary>Moves to the next readable image, which is then number <c>_next − 1</c> of the current batch.</summary>
    private bool Advance()
    {
        if (_batches is null)
            return false;
        while (_next == 0 || _next >= _batches.Current.Count)
        {
            if (!_batches.MoveNext())
            {
                _batches.Dispose();
                _batches = null;
                return false;
            }
            _next = 0;
            if (_batches.Current.Count > 0)
                break;
        }
        _next++;
        return true;
    }
}
