using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Batches of images, decoded and augmented ahead of the network. Every batch is full: the place of an unreadable image is taken by the next one.
/// </summary>
/// <inheritdoc/>
internal sealed class ImageBatches(BatchLoader loader, int classes, int batchSize, EpochOrder order, EasyImages easy)
    : ImageBatchSource(loader, classes, batchSize, order, easy)
{
    private IEnumerator<ImageBatch>? _batches;
    private int _next;

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch, int firstBatch = 0)
    {
        _batches?.Dispose();
        _batches = Loader.Load(ShownIn(epoch), epoch).GetEnumerator();
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
            batch.Pixels.Slice((_next - 1) * Length, Length).CopyTo(input[(i * Length)..]);
            Given[i] = batch.Indices[_next - 1];
            targets[i * Classes + batch.Labels[_next - 1]] = Easy.WeightOf(Given[i]);
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
