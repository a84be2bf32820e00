using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;

namespace SkinClassifier.Audit;

/// <summary>The components of every image of a dataset, in a <see cref="DescriptionSpace"/> for each map of a network.</summary>
/// <param name="Rows">[N,C], length one each, so that a product is the mean of the cosines in the spaces; zeros where an image could not be read.</param>
/// <param name="Length">C.</param>
/// <param name="IsKnown">[N]: whether the image could be read.</param>
internal sealed record ImageDescriptions(float[] Rows, int Length, bool[] IsKnown)
{
    /// <summary>
    /// Components of the smallest space. The cosine of two unrelated images has a standard deviation of about 1 / √components, more the fewer images a space
    /// was found from.
    /// </summary>
    public int Components { get; init; } = DescriptionSpace.MaxComponents;

    /// <summary>Fewer images have no such space; their hashes alone are compared.</summary>
    public const int MinImages = 200;

    /// <summary>Images from which the space is found, at even steps.</summary>
    private const int Fitted = 4096;

    private const int BatchSize = 16;

    /// <summary>The components of features that are known already.</summary>
    /// <param name="features">[N,D].</param>
    /// <param name="length">D.</param>
    /// <param name="isKnown">[N].</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <returns>Null where fewer than <see cref="MinImages"/> are known.</returns>
    public static ImageDescriptions? OfFeatures(float[] features, int length, bool[] isKnown, WorkerPool workers)
    {
        int[] known = [.. Enumerable.Range(0, isKnown.Length).Where(i => isKnown[i])];
        int fitted = Math.Min(known.Length, Fitted);
        float[] rows = new float[fitted * length];
        for (int i = 0; i < fitted; i++)
            features.AsSpan(known[(int)((long)i * known.Length / fitted)] * length, length).CopyTo(rows.AsSpan(i * length));
        if (known.Length < MinImages || DescriptionSpace.Fit(rows, length, workers) is not { } space)
            return null;
        float[] components = new float[isKnown.Length * space.Length];
        workers.Run(known.Length, k =>
            space.Project(features.AsSpan(known[k] * length, length), components.AsSpan(known[k] * space.Length, space.Length)));
        return new ImageDescriptions(components, space.Length, isKnown) { Components = space.Length };
    }

    /// <summary>Runs a backbone over all images. Memory beside the result: 4,096 descriptions.</summary>
    /// <param name="examples">The images.</param>
    /// <param name="backbone">Images [N,3,H,W] of values 0 to 255 → features.</param>
    /// <param name="preprocessor">Their size.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="progress">Called with (images done, images in all).</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Null with fewer than <see cref="MinImages"/> readable images, and for a network without fitting maps.</returns>
    public static ImageDescriptions? Compute(IReadOnlyList<ImageExample> examples, Graph backbone, ImagePreprocessor preprocessor, DecoderOptions? decoder,
        WorkerPool workers, Action<int, int>? progress, CancellationToken cancellationToken)
    {
        if (examples.Count < MinImages || MapNetwork.Find(backbone, preprocessor.Width, preprocessor.Height) is not { } network)
            return null;
        int count = examples.Count, fitted = Math.Min(count, Fitted), length = network.Length;
        int[] chosen = [.. Enumerable.Range(0, fitted).Select(i => (int)((long)i * count / fitted))];
        using ImageScorer scorer = new(network.Graph, preprocessor.Width, preprocessor.Height, network.ValueCount, new PlanOptions { Workers = workers },
            rowsPerRun: BatchSize, fillsLastRun: true);
        float[] maps = new float[BatchSize * network.ValueCount], rows = new float[fitted * length];
        bool[] isKnown = new bool[count];
        int done = 0;
        Run(chosen, (position, description) => description.CopyTo(rows.AsSpan(position * length)));
        int[] read = [.. Enumerable.Range(0, fitted).Where(p => isKnown[chosen[p]])];
        if (read.Length < MinImages)
            return null;
        for (int r = 0; r < read.Length; r++)
            rows.AsSpan(read[r] * length, length).CopyTo(rows.AsSpan(r * length));
        Array.Resize(ref rows, read.Length * length);
        if (DescriptionSpaces.Fit(rows, network.Lengths, workers) is not { } space)
            return null;
        float[] components = new float[count * space.Length];
        workers.Run(read.Length, r => space.Project(rows.AsSpan(r * length, length), Components(chosen[read[r]])));
        int[] rest = [.. Enumerable.Range(0, count).Except(chosen)];
        Run(rest, (position, description) => space.Project(description, Components(rest[position])));
        return new ImageDescriptions(components, space.Length, isKnown) { Components = space.Smallest };

        Span<float> Components(int image) => components.AsSpan(image * space.Length, space.Length);

        void Run(int[] images, Use use)
        {
            BatchLoader loader = new([.. images.Select(i => examples[i])], preprocessor,
                new BatchLoaderOptions { BatchSize = BatchSize, Decoder = decoder, Workers = workers });
            foreach (ImageBatch batch in loader.Load(cancellationToken: cancellationToken))
            {
                scorer.Score(batch.Pixels, maps.AsSpan(0, batch.Count * network.ValueCount), cancellationToken);
                int[] positions = [.. batch.Indices[..batch.Count]];
                workers.Run(positions.Length, i =>
                {
                    float[] description = new float[length];
                    network.Describe(maps.AsSpan(i * network.ValueCount, network.ValueCount), description);
                    use(positions[i], description);
                    isKnown[images[positions[i]]] = true;
                });
                progress?.Invoke(done += batch.Count, count);
            }
        }
    }

    private delegate void Use(int position, Span<float> description);
}
