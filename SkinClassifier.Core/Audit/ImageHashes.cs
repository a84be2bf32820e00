using System.Collections.Concurrent;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// The <see cref="PerceptualHash"/> of many images: taken while something else has them decoded anyway, or in one pass over their files.
/// </summary>
/// <param name="count">Number of images.</param>
internal sealed class ImageHashes(int count)
{
    private static readonly ImagePreprocessor _small = new(PerceptualHash.Sides[0], PerceptualHash.Sides[0], ResizeKind.Stretch) { ReducedDecoding = true };

    private readonly PerceptualHash?[] _hashes = new PerceptualHash?[count];
    private readonly ConcurrentBag<float[]> _planes = [];

    /// <summary>Of each image; null where it has not been looked at, or has one color.</summary>
    public IReadOnlyList<PerceptualHash?> Found => _hashes;

    /// <summary>Looks at one image; on any thread.</summary>
    /// <param name="index">Its position.</param>
    /// <param name="image">Its pixels.</param>
    public void Look(int index, ImageBuffer image)
    {
        float[] planes = _planes.TryTake(out float[]? used) ? used : new float[_small.ValueCount];
        _small.Apply(image.Pixels, image.Width, image.Height, planes);
        _hashes[index] = PerceptualHash.Of(planes);
        _planes.Add(planes);
    }

    /// <summary>Reads all images; large JPEG files are decoded small.</summary>
    /// <param name="examples">The images.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Of each image; null where it cannot be read or has one color.</returns>
    public static IReadOnlyList<PerceptualHash?> Of(IReadOnlyList<ImageExample> examples, DecoderOptions? decoder, WorkerPool workers,
        Action<int, int>? progress, CancellationToken cancellationToken)
    {
        PerceptualHash?[] hashes = new PerceptualHash?[examples.Count];
        int done = 0;
        ConcurrentBag<(ImageReader Reader, float[] Planes)> readers = [];
        workers.Run(hashes.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            (ImageReader Reader, float[] Planes) own = readers.TryTake(out (ImageReader, float[]) used) ? used
                : (new ImageReader(_small, decoder), new float[_small.ValueCount]);
            try
            {
                own.Reader.Read(examples[i], own.Planes);
                hashes[i] = PerceptualHash.Of(own.Planes);
            }
            catch (Exception error) when (DatasetBuilder.IsContentError(error))
            {
                // Whoever trains from the image or inspects it tells what is wrong with it.
            }
            readers.Add(own);
            progress?.Invoke(Interlocked.Increment(ref done), hashes.Length);
        });
        return hashes;
    }
}
