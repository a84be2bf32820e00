namespace SkinClassifier.Execution.Training.Steps;

/// <summary>
/// Walks over the numbers that the next band of a backward pass reads from main memory, for the outer products of this band to ask for while the multipliers
/// are busy: what the producer stored and its gradient, block by block. Without a next band it leads nowhere.
/// </summary>
internal unsafe struct BandAhead
{
    private readonly BlockedValue? _value;
    private readonly int _image, _pixel, _count;
    private int _piece, _done;

    /// <summary>What <paramref name="value"/> has from <paramref name="pixel"/> on, <paramref name="count"/> pixels at most.</summary>
    public BandAhead(BlockedValue value, int image, int pixel, int count)
    {
        if (pixel >= value.Stored.Pixels)
            (image, pixel) = (image + 1, 0);
        if (image < value.Stored.Images)
            (_value, _image, _pixel, _count) = (value, image, pixel, Math.Min(count, value.Stored.Pixels - pixel));
    }

    /// <summary>Where the next <paramref name="lines"/> lines of 16 floats are, or <paramref name="otherwise"/> when all have been asked for.</summary>
    public float* Next(int lines, float* otherwise)
    {
        if (_value is null || _piece == 2 * _value.Stored.Blocks)
            return otherwise;
        float* plane = (_piece % 2 == 0 ? _value.Stored : _value.Gradient!).At(_image, _piece / 2) + (nint)(_pixel + _done) * 16;
        _done += lines;
        if (_done >= _count)
            (_done, _piece) = (0, _piece + 1);
        return plane;
    }
}
