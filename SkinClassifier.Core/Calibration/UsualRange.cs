using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>Median of a value over some images, and how far its 95th percentile lies above: what brings values of different kinds to one scale.</summary>
internal readonly record struct UsualRange(float Middle, float Span)
{
    /// <summary>That of values; the span is at least a millionth.</summary>
    public static UsualRange Of(IReadOnlyCollection<float> values)
    {
        float[] sorted = [.. values];
        Array.Sort(sorted);
        float middle = sorted[sorted.Length / 2];
        return new UsualRange(middle, Math.Max(1e-6f, sorted[(int)(0.95 * (sorted.Length - 1))] - middle));
    }

    /// <summary>0 for a usual value, 1 for one that 5 % of the images reach.</summary>
    public float Of(float value) => (value - Middle) / Span;

    /// <summary>Writes both.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Middle);
        writer.Write(Span);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidContentException">No finite numbers, or a span that is not above 0.</exception>
    public static UsualRange Read(BinaryReader reader, string where)
    {
        float[] numbers = reader.ReadNumbers(2, where);
        return numbers[1] > 0 ? new UsualRange(numbers[0], numbers[1])
            : throw new InvalidContentException($"{where}: familiarity: expected a span above 0. The file is damaged; save the model again.");
    }
}
