using SkinClassifier.Common;
using SkinClassifier.Trainers.Networks;

namespace SkinClassifier.Trainers.Loop;

/// <summary>
/// Sizes of the images from epoch to epoch: in a straight line from the first size to the full one over the first two thirds of the epochs,
/// rounded to multiples of 32 (8 below a full size of 96), then the full size; the last epoch always has it.
/// </summary>
internal sealed class ProgressiveSizes(int from, int to, int epochs)
{
    private const double FirstShare = 4.0 / 7;
    private const int SmallestFirst = 96;

    private readonly int _growing = Math.Min((int)Math.Ceiling(epochs * 2 / 3.0), epochs - 1);

    /// <summary>The usual first size: four sevenths of the full one in steps of 32, at least 96; null: the full one is too small for that.</summary>
    public static int? UsualFirst(int full)
    {
        int first = (int)Math.Round(full * FirstShare / 32) * 32;
        return first >= SmallestFirst && first < full ? first : null;
    }

    /// <summary>
    /// The sizes below <paramref name="full"/> that training without options may take: multiples of the step from 96 on, or from half of a full size that is
    /// below twice of that. Some networks take these and none between them: where a side is odd, the two paths of a residual block may round it differently.
    /// </summary>
    public static IEnumerable<int> Below(int full)
    {
        int unit = Step(full);
        for (int size = (Math.Min(SmallestFirst, full / 2) + unit - 1) / unit * unit; size < full; size += unit)
            yield return size;
    }

    /// <summary>Width and height in epoch <paramref name="epoch"/> (0-based).</summary>
    public int Of(int epoch)
    {
        if (epoch >= _growing)
            return to;
        int unit = Step(to);
        double size = from + (to - from) * (double)epoch / _growing;
        return Math.Clamp((int)Math.Round(size / unit, MidpointRounding.AwayFromZero) * unit, from, to);
    }

    private static int Step(int full) => full < 96 ? 8 : 32;

    /// <summary>Whether the network takes images of every size.</summary>
    /// <exception cref="ArgumentException">The first size is not below the full one, or the network takes only images of its own size.</exception>
    public void Check(LoadedBackbone backbone)
    {
        if (from >= to)
            throw new ArgumentException($"ProgressiveFrom: expected less than the full size of {to} pixels, received {from}.", "options");
        foreach (int size in Enumerable.Range(0, Math.Max(epochs, 1)).Select(Of).Distinct())
            try
            {
                _ = NetworkAssembly.Resized(backbone.Features, size, size);
            }
            catch (ShapeMismatchException error)
            {
                throw new ArgumentException($"ProgressiveFrom: expected a network that takes images of any size, {backbone.Name} does not take "
                    + $"{size}×{size} ({error.Message}). Leave the option out, or choose another network.", "options", error);
            }
    }
}
