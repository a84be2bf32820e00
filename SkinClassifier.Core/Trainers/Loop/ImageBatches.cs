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
    private readonly int _classes, _length;
    private IEnumerator<ImageBatch>? _batches;
    private int _next;

    /// <summary>Creates the source.</summary>
    /// <param name="loader">Reads and augments; its batch size does not matter.</param>
    /// <param name="classes">K.</param>
    /// <param name="batchSize">Images per step; cut to the epoch's length.</param>
    /// <param name="order">Order of each epoch.</param>
    public ImageBatches(BatchLoader loader, int classes, int batchSize, EpochOrder order)
    {
        _loader = loader;
        _order = order;
        _classes = classes;
        _length = loader.Preprocessor.ValueCount;
        InputShape = new TensorShape(Math.Min(batchSize, order.Length), 3, loader.Preprocessor.Height, loader.Preprocessor.Width);
    }

    /// <inheritdoc/>
    public override TensorShape InputShape { get; }

    /// <inheritdoc/>
    public override int Classes => _classes;

    /// <inheritdoc/>
    public override int StepsPerEpoch => _order.Length / BatchSize;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch, int firstBatch = 0)
    {
        _batches?.Dispose();
        _batches = _loader.Load(_order.Of(epoch), epoch).GetEnumerator();
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
            targets[i * _classes + batch.Labels[_next - 1]] = 1;
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
