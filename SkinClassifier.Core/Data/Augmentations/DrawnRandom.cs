using SkinClassifier.Common;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// The random source of one augmentation of one image as .NET's type. Every method of <see cref="Random"/> draws from the same sequence, so an image
/// depends on seed, epoch and number alone.
/// </summary>
internal sealed class DrawnRandom(SeededRandom source) : Random
{
    /// <inheritdoc/>
    public override int Next() => source.NextInt32(int.MaxValue);

    /// <inheritdoc/>
    public override int Next(int maxValue) => maxValue == 0 ? 0 : source.NextInt32(maxValue);

    /// <inheritdoc/>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)(source.NextDouble() * ((long)maxValue - minValue)));
    }

    /// <inheritdoc/>
    public override double NextDouble() => source.NextDouble();

    /// <inheritdoc/>
    public override float NextSingle() => source.NextSingle();

    /// <inheritdoc/>
    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    /// <inheritdoc/>
    public override void NextBytes(Span<byte> buffer)
    {
        foreach (ref byte value in buffer)
            value = (byte)(source.NextUInt64() >> 56);
    }

    /// <inheritdoc/>
    protected override double Sample() => source.NextDouble();
}
