using System.Collections.Concurrent;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>The <see cref="PerceptualHash"/> of many images, in one pass over their files; large JPEG files are decoded small.</summary>
internal static class ImageHashes
{
    /// <summary>Looks at all images.</summary>
    /// <param name="examples">The images.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="progress">Called with (images done, images in all) from any thread.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Of each image; null where it cannot be read or has one color.</returns>
    public static PerceptualHash?[] Of(IReadOnlyList<ImageExample> examples, DecoderOptions? decoder, WorkerPool workers, Action<int, int>? progress,
        CancellationToken cancellationToken)
    {
        PerceptualHash?[] hashes = new PerceptualHash?[examples.Count];
        int done = 0, side = PerceptualHash.Sides[0];
        ImagePreprocessor small = new(side, side, ResizeKind.Stretch) { ReducedDecoding = true };
        ConcurrentBag<(ImageReader Reader, float[] Planes)> readers = [];
        workers.Run(hashes.Length, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            (ImageReader Reader, float[] Planes) own = readers.TryTake(out (ImageReader, float[]) used) ? used
                : (new ImageReader(small, decoder), new float[small.ValueCount]);
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
