using System.Runtime.InteropServices;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Tensors;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Batches of images of which each process of a group decodes its own part. They hold the same images in the same places as <see cref="ImageBatches"/>: where
/// an image cannot be read, all processes hear of it, and the images behind it move up.
/// </summary>
internal sealed class SharedImageBatches : BatchSource
{
    private readonly BatchLoader _loader;
    private readonly EpochOrder _order;
    private readonly EasyImages _easy;
    private readonly IProcessGroup _group;
    private readonly bool _gathersImages;
    private readonly int _classes, _length, _own;
    private readonly int[] _given;
    private readonly byte[] _missing;
    private readonly float[] _pixels;
    private readonly HashSet<int> _unreadable = [];
    private readonly WantedImages _reader;
    private int[] _queue = [];
    private int _next, _images, _epoch;

    /// <summary>Creates the source.</summary>
    /// <param name="loader">Reads and augments; its batch size does not matter.</param>
    /// <param name="classes">K.</param>
    /// <param name="batchSize">Images per step of all processes; cut to the epoch's length.</param>
    /// <param name="order">Order of each epoch.</param>
    /// <param name="easy">The images that an epoch leaves out.</param>
    /// <param name="group">The processes.</param>
    /// <param name="gathersImages">Whether every process needs all images of a batch, not only its own.</param>
    /// <exception cref="ArgumentException">The processes cannot share a batch evenly.</exception>
    public SharedImageBatches(
        BatchLoader loader, int classes, int batchSize, EpochOrder order, EasyImages easy, IProcessGroup group, bool gathersImages)
    {
        (_loader, _classes, _order, _easy, _group, _gathersImages) = (loader, classes, order, easy, group, gathersImages);
        _length = loader.Preprocessor.ValueCount;
        _reader = new WantedImages(loader);
        _images = order.Length;
        _given = new int[Math.Min(batchSize, order.Length)];
        if (_given.Length % group.Size != 0)
            throw new ArgumentException($"Training in {group.Size} processes: expected a batch that they can share evenly, received {_given.Length} images"
                + $"{(_given.Length < batchSize ? ", all that an epoch shows" : "")}. Choose another batch size or number of processes.", nameof(group));
        _own = _given.Length / group.Size;
        _missing = new byte[_given.Length];
        _pixels = new float[_own * _length];
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
        int[] shown = _easy.Shown(_order.Of(epoch), epoch, least: BatchSize);
        (_images, _epoch) = (shown.Length, epoch);
        Queue(shown);
        // Which images of earlier batches can be read decides where the others stand.
        for (int skip = firstBatch; skip > 0; skip--)
            if (!Take())
                return;
    }

    /// <summary>Fills the next batch: all targets, but only the inputs of this process, unless it needs all.</summary>
    /// <inheritdoc/>
    public override bool Next(Span<float> input, Span<float> targets)
    {
        if (!Take())
            return false;
        targets.Clear();
        for (int i = 0; i < BatchSize; i++)
            targets[i * _classes + _loader.Examples[_given[i]].LabelIndex] = _easy.WeightOf(_given[i]);
        if (_gathersImages)
            _group.Gather(MemoryMarshal.AsBytes(_pixels.AsSpan()), MemoryMarshal.AsBytes(input[..(BatchSize * _length)]));
        else
            _pixels.CopyTo(input[(_group.Rank * _pixels.Length)..]);
        return true;
    }

    /// <inheritdoc/>
    public override void Dispose() => _reader.Dispose();

    /// <summary>Takes the images that are not known to be unreadable, and begins to read this process's part of them.</summary>
    private void Queue(IEnumerable<int> images)
    {
        _queue = [.. images.Where(i => !_unreadable.Contains(i))];
        _next = 0;
        int batches = _queue.Length / BatchSize, first = _group.Rank * _own;
        _reader.Begin([.. Enumerable.Range(0, batches).SelectMany(b => _queue.AsSpan(b * BatchSize + first, _own).ToArray())], _epoch);
    }

    /// <summary>Reads this process's part of the next batch of readable images; false when too few are left.</summary>
    private bool Take()
    {
        while (_next + BatchSize <= _queue.Length)
        {
            Span<byte> missing = _missing.AsSpan(_group.Rank * _own, _own);
            for (int i = 0; i < _own; i++)
                missing[i] = (byte)(_reader.Read(_queue[_next + _group.Rank * _own + i], _pixels.AsSpan(i * _length, _length)) ? 0 : 1);
            _group.Gather(missing, _missing);
            if (!_missing.AsSpan().Contains((byte)1))
            {
                _queue.AsSpan(_next, BatchSize).CopyTo(_given);
                _next += BatchSize;
                return true;
            }
            int[] found = [.. Enumerable.Range(0, BatchSize).Where(i => _missing[i] == 1).Select(i => _queue[_next + i]).Distinct()];
            _unreadable.UnionWith(found);
            _reader.Dispose();
            // Every process reports them, with the reason.
            foreach (ImageBatch _ in _loader.Load(found, _epoch))
            {
            }
            Queue(_queue.Skip(_next).ToArray());
        }
        return false;
    }
}
