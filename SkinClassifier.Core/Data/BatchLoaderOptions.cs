using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>How a <see cref="BatchLoader"/> works.</summary>
internal sealed record BatchLoaderOptions
{
    /// <summary>Images per batch, at least 1. Default 32. The last batch of an order may be smaller.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// How many finished batches may wait while one is in use, at least 1. Default 2. Bounds the memory: (1 + this) · batch size · 3 · H · W floats.
    /// </summary>
    public int BatchesAhead { get; init; } = 2;

    /// <summary>
    /// Changes a decoded image before it is resized: (image, seed, epoch, image index) → new image; must not change the image that it is given, and must depend
    /// on its arguments only. Called from several threads. Default: none. An image that comes more than once in an order gets another index each
    /// time: index + n · example count.
    /// </summary>
    public Func<RgbImage, ulong, int, int, RgbImage>? Augment { get; init; }

    /// <summary>Handed to <see cref="Augment"/>. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>
    /// Bytes of decoded images that may be kept in memory, so that later passes do not decode again. Default 0: none. The values are the same with
    /// and without.
    /// </summary>
    public long CacheBytes { get; init; }

    /// <summary>
    /// Called once for every image that cannot be read, from the thread that takes the batches. Default: none; <see cref="BatchLoader.Skipped"/>
    /// lists them too.
    /// </summary>
    public Action<SkippedFile>? ImageSkipped { get; init; }

    /// <summary>Limits of the decoders.</summary>
    public DecoderOptions? Decoder { get; init; }

    /// <summary>Threads that decode. Default: all processors. The batches do not depend on their number.</summary>
    public WorkerPool? Workers { get; init; }
}
