using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>
/// Turns examples into batches [N,3,H,W] in a given order: reads, decodes, augments (training only) and resizes on all cores ahead of the caller,
/// in bounded memory. The batches do not depend on the number of threads. An image that cannot be read is left out of its batch and reported; it
/// never stops a run. One pass at a time.
/// </summary>
/// <example><code>
/// BatchLoader loader = new(dataset.Examples, new ImagePreprocessor(224, 224), new() { BatchSize = 16 });
/// foreach (ImageBatch batch in loader.Load())
///     Use(batch.Pixels, batch.Labels);
/// </code></example>
internal sealed class BatchLoader
{
    private readonly BatchLoaderOptions _options;
    private readonly ImageCache _cache;
    private readonly SortedDictionary<int, SkippedFile> _skipped = [];
    private ImageBatch[]? _spareRing;

    /// <summary>Creates a loader; nothing is read yet.</summary>
    /// <param name="examples">The images.</param>
    /// <param name="preprocessor">Size and way of resizing.</param>
    /// <param name="options">Default: see <see cref="BatchLoaderOptions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public BatchLoader(IReadOnlyList<ImageExample> examples, ImagePreprocessor preprocessor, BatchLoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(preprocessor);
        _options = options ?? new BatchLoaderOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.BatchesAhead, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.CacheBytes, nameof(options));
        Examples = examples;
        Preprocessor = preprocessor;
        _cache = new ImageCache(examples.Count, _options.CacheBytes);
    }

    /// <summary>The images; batches name them by their position here.</summary>
    public IReadOnlyList<ImageExample> Examples { get; }

    /// <summary>Size and way of resizing.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>Images that could not be read so far, in the order of <see cref="Examples"/>.</summary>
    public IReadOnlyList<SkippedFile> Skipped => [.. _skipped.Values];

    /// <summary>Bytes of decoded images kept in memory now.</summary>
    internal long CachedBytes => _cache.UsedBytes;

    /// <summary>0 … <paramref name="count"/> − 1 in a random order that depends on seed and epoch only.</summary>
    public static int[] ShuffledOrder(int count, ulong seed, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new SeededRandom(seed, 0x6F72646572, (ulong)epoch).Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>One pass. Images are read ahead from the first <c>MoveNext</c> on; leaving the loop early stops the readers.</summary>
    /// <param name="order">Positions in <see cref="Examples"/>, in the order wanted; repeats are allowed. Default: all, as they are.</param>
    /// <param name="epoch">Handed to <see cref="BatchLoaderOptions.Augment"/>. Default 0.</param>
    /// <param name="cancellationToken">Stops the pass with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Batches whose buffers are used again, by later passes too: each is valid until the next is asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in <see cref="Examples"/>.</exception>
    public IEnumerable<ImageBatch> Load(IReadOnlyList<int>? order = null, int epoch = 0, CancellationToken cancellationToken = default)
    {
        int[] positions = order is null ? [.. Enumerable.Range(0, Examples.Count)] : [.. order];
        foreach (int position in positions)
            if ((uint)position >= (uint)Examples.Count)
                throw new ArgumentOutOfRangeException(nameof(order), position, $"BatchLoader: expected positions 0 to {Examples.Count - 1}.");
        return Pass(positions, epoch, cancellationToken);
    }

    private IEnumerable<ImageBatch> Pass(int[] order, int epoch, CancellationToken cancellationToken)
    {
        using BatchPass pass = new(this, _options, order, epoch);
        while (pass.Next(cancellationToken) is { } batch)
        {
            Report(pass);
            yield return batch;
        }
    }

    private void Report(BatchPass pass)
    {
        foreach ((int index, string reason) in pass.Errors)
            if (_skipped.TryAdd(index, new SkippedFile(Examples[index].Path, reason)))
                _options.ImageSkipped?.Invoke(_skipped[index]);
    }

    /// <summary>The buffers of the pass before, or new ones when there was none or they are too small.</summary>
    internal ImageBatch[] TakeRing(int length, int capacity)
    {
        ImageBatch[]? spare = Interlocked.Exchange(ref _spareRing, null);
        if (spare is null || spare.Length < length || spare.Any(b => b.Capacity < capacity))
            return [.. Enumerable.Range(0, length).Select(_ => new ImageBatch(Preprocessor, capacity))];
        return spare[..length];
    }

    internal void GiveBackRing(ImageBatch[] ring) => _spareRing = ring;

    /// <summary>A reader for one of the threads.</summary>
    internal ImageReader NewReader() => new(Preprocessor, _options.Decoder);

    /// <summary>Reads one image into its place. Returns null, or the reason why it cannot be read.</summary>
    internal string? Read(int index, int epoch, int imageIndex, Span<float> destination, ImageReader reader)
    {
        RgbImage? image = _cache.Get(index);
        if (image is not null)
            reader.Note(image);
        else
        {
            ImageExample example = Examples[index];
            try
            {
                if (_options.Augment is null && !_cache.IsEnabled)
                {
                    reader.Read(example, destination);
                    return null;
                }
                image = reader.Decode(example);
            }
            catch (Exception error) when (DatasetBuilder.IsContentError(error))
            {
                return DatasetBuilder.Reason(example, error);
            }
            if (_cache.IsEnabled)
            {
                // Without augmentation only the small image is needed again; with it, the whole one.
                if (_options.Augment is null)
                    image = Preprocessor.Fit(image);
                _cache.Offer(index, image);
            }
        }
        if (_options.Augment is { } augment)
            image = augment(image, _options.Seed, epoch, imageIndex);
        Preprocessor.Apply(image, destination);
        return null;
    }
}
