using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Audit;

/// <summary>Pairs of images with nearly the same <see cref="PerceptualHash"/>, in any orientation, one of them perhaps a part of the other.</summary>
internal static class HashPairs
{
    /// <summary>Most of the 121 bits that differ in a candidate; of two unrelated images about 60 do.</summary>
    public const int MaxDiffering = 30;

    /// <summary>Largest distance that is listed.</summary>
    public const double MaxDistance = 0.03;

    /// <summary>Compares every image with every other one.</summary>
    /// <param name="hashes">Null: not known.</param>
    /// <param name="matters">Whether a pair is wanted.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>First, second and 1 − the cosine of their numbers, in the order of the images.</returns>
    public static IReadOnlyList<(int First, int Second, double Distance)> Find(IReadOnlyList<PerceptualHash?> hashes, Func<int, int, bool> matters,
        WorkerPool workers, CancellationToken cancellationToken)
    {
        // The own image whole or a part of it, in all orientations, beside the other one whole; then the own one whole beside parts of the other.
        int parts = PerceptualHash.Sides.Length, turns = PerceptualHash.Orientations;
        (int Own, int Other)[] variants = [.. Enumerable.Range(0, parts).Select(p => (p, 0)), .. Enumerable.Range(1, parts - 1).Select(p => (0, p))];
        (ulong Low, ulong High)[] part = new (ulong, ulong)[hashes.Count * parts];
        for (int i = 0; i < hashes.Count; i++)
            for (int p = 0; p < parts; p++)
                part[i * parts + p] = hashes[i]?.Bits(p, 0) ?? default;
        List<(int, int, double)>[] found = new List<(int, int, double)>[hashes.Count];
        workers.Run(hashes.Count, i =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            found[i] = [];
            if (hashes[i] is not { } own)
                return;
            (ulong Low, ulong High)[] turned =
                [.. Enumerable.Range(0, parts).SelectMany(p => Enumerable.Range(0, turns).Select(o => own.Bits(p, o)))];
            for (int j = i + 1; j < hashes.Count; j++)
            {
                if (hashes[j] is not { } other || !matters(i, j))
                    continue;
                double best = double.PositiveInfinity;
                foreach ((int ownPart, int otherPart) in variants)
                {
                    (ulong Low, ulong High) bits = part[j * parts + otherPart];
                    for (int o = 0; o < turns; o++)
                        if (PerceptualHash.Differing(turned[ownPart * turns + o], bits) <= MaxDiffering)
                            best = Math.Min(best, 1 - TensorPrimitives.Dot<float>(own.Values(ownPart, o), other.Values(otherPart, 0)));
                }
                if (best <= MaxDistance)
                    found[i].Add((i, j, Math.Max(0, best)));
            }
        });
        return [.. found.SelectMany(f => f)];
    }
}
