using System.Collections.Immutable;
using SkinClassifier.Common;

namespace SkinClassifier.Tensors;

/// <summary>
/// The lengths of a tensor's axes, outermost first; images are N C H W. A length of −1 (<see cref="Free"/>) stands for
/// "any" and is allowed only in declared graph inputs, never in a tensor. A scalar has rank 0 and one element.
/// </summary>
public readonly struct TensorShape : IEquatable<TensorShape>
{
    /// <summary>The length that stands for "any": a free batch axis.</summary>
    public const int Free = -1;

    private readonly ImmutableArray<int> _lengths;

    /// <summary>Creates a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is below −1.</exception>
    public TensorShape(params ReadOnlySpan<int> lengths)
    {
        foreach (int length in lengths)
            ArgumentOutOfRangeException.ThrowIfLessThan(length, Free, nameof(lengths));
        _lengths = [.. lengths];
    }

    /// <summary>The lengths of all axes.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.IsDefault ? [] : _lengths.AsSpan();

    /// <summary>How many axes there are.</summary>
    public int Rank => _lengths.IsDefault ? 0 : _lengths.Length;

    /// <summary>Length of axis <paramref name="axis"/>, 0-based.</summary>
    public int this[int axis] => Lengths[axis];

    /// <summary>Number of elements: the product of all lengths; 1 for a scalar.</summary>
    /// <exception cref="ShapeMismatchException">A length is free, or the product does not fit an array.</exception>
    public int ElementCount => Count(out int count) is string problem ? throw new ShapeMismatchException(problem) : count;

    /// <summary>Why there is no <see cref="ElementCount"/>, or null.</summary>
    internal string? CountProblem => Count(out _);

    /// <summary>The same shape with <paramref name="length"/> at <paramref name="axis"/>.</summary>
    public TensorShape With(int axis, int length)
    {
        int[] lengths = Lengths.ToArray();
        lengths[axis] = length;
        return new TensorShape(lengths);
    }

    private string? Count(out int result)
    {
        long count = 1;
        result = 0;
        foreach (int length in Lengths)
        {
            if (length < 0)
                return $"Tensor shape {this}: expected fixed lengths, received a free axis. Give the batch size first.";
            count *= length;
            if (count > Array.MaxLength)
                return $"Tensor shape {this}: expected at most {Array.MaxLength} elements. Use a smaller batch or image.";
        }
        result = (int)count;
        return null;
    }

    /// <inheritdoc/>
    public bool Equals(TensorShape other) => Lengths.SequenceEqual(other.Lengths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorShape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int length in Lengths)
            hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>Equal rank and lengths.</summary>
    public static bool operator ==(TensorShape left, TensorShape right) => left.Equals(right);

    /// <summary>Different rank or lengths.</summary>
    public static bool operator !=(TensorShape left, TensorShape right) => !left.Equals(right);

    /// <summary>For example "[1,3,224,224]"; a free axis is "?"; a scalar "[]".</summary>
    public override string ToString() => "[" + string.Join(",", Lengths.ToArray().Select(l => l == Free ? "?" : l.ToString())) + "]";
}
