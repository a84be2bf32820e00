using SkinClassifier.Imaging;

namespace SkinClassifier.Registration;

/// <summary>Luminance of an image at a small size, read between its pixels.</summary>
internal sealed class GrayImage
{
    private readonly float[] _values;
    private readonly int _width, _height;
    private readonly double _half;

    /// <summary>Makes an image small.</summary>
    /// <param name="image">The image.</param>
    /// <param name="longerSide">Pixels of its longer side.</param>
    public GrayImage(RgbImage image, int longerSide)
    {
        double scale = (double)longerSide / Math.Max(image.Width, image.Height);
        (_width, _height) = (Math.Max(2, (int)Math.Round(image.Width * scale)), Math.Max(2, (int)Math.Round(image.Height * scale)));
        RgbImage small = image.Resize(_width, _height);
        _values = new float[_width * _height];
        ReadOnlySpan<byte> pixels = small.Pixels;
        for (int i = 0; i < _values.Length; i++)
            _values[i] = 0.299f * pixels[3 * i] + 0.587f * pixels[3 * i + 1] + 0.114f * pixels[3 * i + 2];
        _half = Math.Max(_width, _height) / 2.0;
    }

    /// <summary>Half of the width and height in the coordinates of <see cref="SimilarityTransform"/>.</summary>
    public (double X, double Y) Extent => (_width / 2.0 / _half, _height / 2.0 / _half);

    /// <summary>The value at a place, by bilinear interpolation; false outside.</summary>
    public bool TryRead(double x, double y, out float value)
    {
        double column = x * _half + _width / 2.0 - 0.5, row = y * _half + _height / 2.0 - 0.5;
        value = 0;
        if (!(column >= 0 && row >= 0 && column <= _width - 1 && row <= _height - 1))
            return false;
        int left = Math.Min((int)column, _width - 2), top = Math.Min((int)row, _height - 2), at = top * _width + left;
        float fx = (float)(column - left), fy = (float)(row - top);
        float upper = _values[at] + fx * (_values[at + 1] - _values[at]);
        float lower = _values[at + _width] + fx * (_values[at + _width + 1] - _values[at + _width]);
        value = upper + fy * (lower - upper);
        return true;
    }
}
