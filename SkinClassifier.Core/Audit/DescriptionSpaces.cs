using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Audit;

/// <summary>A <see cref="DescriptionSpace"/> for each map; every map has the same say in how alike two images are.</summary>
internal sealed class DescriptionSpaces
{
    private readonly DescriptionSpace[] _spaces;
    private readonly IReadOnlyList<int> _lengths;

    private DescriptionSpaces(DescriptionSpace[] spaces, IReadOnlyList<int> lengths) => (_spaces, _lengths) = (spaces, lengths);

    /// <summary>Components of all maps.</summary>
    public int Length => _spaces.Sum(s => s.Length);

    /// <summary>The smallest number of components of a map.</summary>
    public int Smallest => _spaces.Min(s => s.Length);

    /// <summary>Finds the spaces.</summary>
    /// <param name="rows">Descriptions [N,D].</param>
    /// <param name="lengths">Values of each map in a row; their sum is D.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <returns>Null when the images are too few, or all the same in a map.</returns>
    public static DescriptionSpaces? Fit(float[] rows, IReadOnlyList<int> lengths, WorkerPool workers)
    {
        int length = lengths.Sum(), count = rows.Length / length, start = 0;
        List<DescriptionSpace> spaces = [];
        foreach (int own in lengths)
        {
            float[] part = new float[count * own];
            for (int n = 0; n < count; n++)
                rows.AsSpan(n * length + start, own).CopyTo(part.AsSpan(n * own));
            if (DescriptionSpace.Fit(part, own, workers) is not { } space)
                return null;
            spaces.Add(space);
            start += own;
        }
        return new DescriptionSpaces([.. spaces], lengths);
    }

    /// <summary>
    /// Writes the components [<see cref="Length"/>] of a description, of length one: a product of two is the mean of the cosines in the spaces.
    /// </summary>
    public void Project(ReadOnlySpan<float> description, Span<float> components)
    {
        for (int s = 0, at = 0, start = 0; s < _spaces.Length; at += _spaces[s].Length, start += _lengths[s], s++)
            _spaces[s].Project(description.Slice(start, _lengths[s]), components.Slice(at, _spaces[s].Length));
        TensorPrimitives.Multiply(components, 1 / MathF.Sqrt(_spaces.Length), components);
    }
}
