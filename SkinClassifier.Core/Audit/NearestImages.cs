using System.Numerics.Tensors;
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

    private const int Held = 24;

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
        workers.Run(known.Length, k =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            nearest[known[k]] = Nearest(images, known, known[k], matters);
        });
        float[] usual = new float[count];
        foreach (int image in known)
            usual[image] = nearest[image].Length >= Usual ? nearest[image][Usual - 1].Cosine : 0;
        return [.. known.SelectMany(i => nearest[i].Where((n, k) => k < Kept || n.Cosine >= Same)
            .Select(n => (First: Math.Min(i, n.Image), Second: Math.Max(i, n.Image), n.Cosine)))
            .DistinctBy(p => (p.First, p.Second)).OrderBy(p => (p.First, p.Second))
            .Select(p => (p.First, p.Second, Distance(p.Cosine, (usual[p.First] + usual[p.Second]) / 2)))];
    }

    private static double Distance(double cosine, double usual) => Math.Clamp(1 - (cosine >= Same ? cosine : cosine - usual), 0, 1);

    private static (float Cosine, int Image)[] Nearest(ImageDescriptions images, int[] known, int image, Func<int, int, bool> matters)
    {
        int length = images.Length, held = 0;
        ReadOnlySpan<float> own = images.Rows.AsSpan(image * length, length);
        (float Cosine, int Image)[] nearest = new (float, int)[Held];
        foreach (int other in known)
        {
            float cosine = TensorPrimitives.Dot(own, images.Rows.AsSpan(other * length, length));
            if (held == Held && cosine <= nearest[held - 1].Cosine || other == image || !matters(image, other))
                continue;
            int place = held < Held ? held++ : held - 1;
            for (; place > 0 && nearest[place - 1].Cosine < cosine; place--)
                nearest[place] = nearest[place - 1];
            nearest[place] = (cosine, other);
        }
        return nearest[..held];
    }
}
