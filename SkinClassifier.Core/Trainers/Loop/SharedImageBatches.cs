using System.Runtime.InteropServices;
using SkinClassifier.Data;
using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Batches of images of which each process of a group decodes its own part. They hold the same images in the same places as <see cref="ImageBatches"/>: where
/// an image cannot be read, all processes hear of it, and the images behind it move up.
/// </summary>
internal sealed class SharedImageBatches : ImageBatchSource
{
    private readonly IProcessGroup _group;
    private readonly bool _gathersImages;
    private readonly int _own;
    private readonly byte[] _missing;
    private readonly float[] _pixels;
    private readonly HashSet<int> _unreadable = [];
    private readonly WantedImages _reader;
    private int[] _queue = [];
    private int _next, _epoch;

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
        : base(loader, classes, batchSize, order, easy)
    {
        (_group, _gathersImages, _reader) = (group, gathersImages, new WantedImages(loader));
        if (BatchSize % group.Size != 0)
            throw new ArgumentException($"Training in {group.Size} processes: expected a batch that they can share evenly, received {BatchSize} images"
                + $"{(BatchSize < batchSize ? ", all that an epoch shows" : "")}. Choose another batch size or number of processes.", nameof(group));
        _own = BatchSize / group.Size;
        _missing = new byte[BatchSize];
        _pixels = new float[_own * Length];
    }

    /// <inheritdoc/>
    public override void BeginEpoch(int epoch, int firstBatch = 0)
    {
        _epoch = epoch;
        Queue(ShownIn(epoch));
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
            targets[i * Classes + Loader.Examples[Given[i]].LabelIndex] = Easy.WeightOf(Given[i]);
        if (_gathersImages)
            _group.Gather(MemoryMarshal.AsBytes(_pixels.AsSpan()), MemoryMarshal.AsBytes(input[..(BatchSize * Length)]));
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
                missing[i] = (byte)(_reader.Read(_queue[_next + _group.Rank * _own + i], _pixels.AsSpan(i * Length, Length)) ? 0 : 1);
            _group.Gather(missing, _missing);
            if (!_missing.AsSpan().Contains((byte)1))
            {
                _queue.AsSpan(_next, BatchSize).CopyTo(Given);
                _next += BatchSize;
                return true;
            }
            int[] found = [.. Enumerable.Range(0, BatchSize).Where(i => _missing[i] == 1).Select(i => _queue[_next + i]).Distinct()];
            _unreadable.UnionWith(found);
            _reader.Dispose();
            // Every process reports them, with the reason.
            foreach (ImageBatch _ in Loader.Load(found, _epoch))
            {
            }
            Queue(_queue.Skip(_next).ToArray());
        }
        return false;
    }
}
