using SkinClassifier.Common;

namespace SkinClassifier.Audit;

/// <summary>
/// The images that lie nearest to each image, and how near others lie. An image that is near to everything (a small mole on plain skin) is no copy of its
/// neighbors, so two images count as alike by how much nearer they are to each other than each is to its fifth neighbor; unless they are nearly the same,
/// however many others are, too.
/// Source of the idea: D. G. Lowe, International Journal of Computer Vision 60, 2004 (nearest against next neighbors).
/// </summary>
internal static class NearestImages
{
    /// <summary>Neighbors of an image that become pairs.</summary>
    public const int Kept = 6;

    /// <summary>The neighbor that others are compared with, 1-based.</summary>
    public const int Usual = 5;

    /// <summary>Cosine of images that are nearly the same: their distance is then 1 − cosine.</summary>
    public const double Same = 0.8;

    private const int Held = 24, BlockSize = 16;

    /// <summary>Compares every image with every other one.</summary>
    /// <param name="images">Components of the images.</param>
    /// <param name="matters">Whether a pair is wanted.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>First, second and distance (0: the same; 1: not nearer than others), in the order of the images.</returns>
    public static IReadOnlyList<(int First, int Second, double Distance)> Find(ImageDescriptions images, Func<int, int, bool> matters, WorkerPool workers,
        CancellationToken cancellationToken)
    {
        int count = images.IsKnown.Length;
        int[] known = [.. Enumerable.Range(0, count).Where(i => images.IsKnown[i])];
        (float Cosine, int Image)[][] nearest = new (float, int)[count][];
        workers.Run((known.Length + BlockSize - 1) / BlockSize, block =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            Compare(images, known, block * BlockSize, Math.Min((block + 1) * BlockSize, known.Length), matters, nearest);
        });
        // With few components unrelated images come near each other by chance: a distance means the same number of standard deviations everywhere.
        double scale = Math.Sqrt((double)images.Components / DescriptionSpace.MaxComponents);
        float[] usual = new float[count];
        foreach (int image in known)
            usual[image] = nearest[image].Length >= Usual ? nearest[image][Usual - 1].Cosine : 0;
        return [.. known.SelectMany(i => nearest[i].Where((n, k) => k < Kept || n.Cosine >= Same)
            .Select(n => (First: Math.Min(i, n.Image), Second: Math.Max(i, n.Image), n.Cosine)))
            .DistinctBy(p => (p.First, p.Second)).OrderBy(p => (p.First, p.Second))
            .Select(p => (p.First, p.Second, Distance(p.Cosine, (usual[p.First] + usual[p.Second]) / 2, scale)))];
    }

    private static double Distance(double cosine, double usual, double scale) =>
        Math.Clamp(1 - (cosine >= Same ? cosine : scale * (cosine - usual)), 0, 1);

    /// <summary>Finds the neighbors of the images known[start..end): every other image is read once for all of them.</summary>
    private static void Compare(ImageDescriptions images, int[] known, int start, int end, Func<int, int, bool> matters,
        (float Cosine, int Image)[][] nearest)
    {
        (float Cosine, int Image)[][] held = [.. Enumerable.Range(start, end - start).Select(_ => new (float, int)[Held])];
        int[] counts = new int[end - start];
        Span<float> cosines = stackalloc float[RowProducts.Left * RowProducts.Right];
        Span<int> left = stackalloc int[RowProducts.Left], right = stackalloc int[RowProducts.Right];
        for (int other = 0; other < known.Length; other += right.Length)
        {
            // A tile that reaches beyond the last image repeats it and uses its products once.
            for (int j = 0; j < right.Length; j++)
                right[j] = known[Math.Min(other + j, known.Length - 1)];
            for (int own = start; own < end; own += left.Length)
            {
                for (int i = 0; i < left.Length; i++)
                    left[i] = known[Math.Min(own + i, end - 1)];
                RowProducts.Tile(images.Rows, images.Length, left, right, cosines);
                for (int i = 0; i < Math.Min(left.Length, end - own); i++)
                    for (int j = 0; j < Math.Min(right.Length, known.Length - other); j++)
                        if (left[i] != right[j])
                            Keep(held[own - start + i], ref counts[own - start + i], left[i], right[j], cosines[i * right.Length + j], matters);
            }
        }
        for (int i = 0; i < counts.Length; i++)
            nearest[known[start + i]] = held[i][..counts[i]];
    }

    private static void Keep((float Cosine, int Image)[] nearest, ref int held, int image, int other, float cosine, Func<int, int, bool> matters)
    {
        if (held == Held && cosine <= nearest[held - 1].Cosine || !matters(image, other))
            return;
        int place = held < Held ? held++ : held - 1;
        for (; place > 0 && nearest[place - 1].Cosine < cosine; place--)
            nearest[place] = nearest[place - 1];
        nearest[place] = (cosine, other);
    }
}
