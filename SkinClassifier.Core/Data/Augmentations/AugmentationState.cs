using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// An image on its way through a pipeline. Geometric changes are collected as one affine map and done in one resampling
/// when a change of pixels, or the end, needs the result. The caller's image is never written to.
/// </summary>
internal sealed class AugmentationState
{
    private readonly RgbImage _original;
    private readonly Fill _fill;
    private RgbImage _image;
    private AffineMap _map = AffineMap.Identity;

    /// <summary>Starts with <paramref name="image"/>, which stays as it is; <paramref name="fill"/> is what geometric changes show beyond its edge.</summary>
    public AugmentationState(RgbImage image, SeededRandom random, Fill fill)
    {
        _original = _image = image;
        _fill = fill;
        Random = random;
        Width = image.Width;
        Height = image.Height;
    }

    /// <summary>The random source of the augmentation that is running.</summary>
    public SeededRandom Random { get; }

    /// <summary>Columns of the image after the changes collected so far, in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of the image after the changes collected so far, in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>The shorter side, over 224: what a length given for an image of 224 pixels is multiplied with.</summary>
    public double Scale => Math.Min(Width, Height) / 224.0;

    /// <summary>A random number of a range.</summary>
    public double Draw((double Low, double High) range) => Random.NextDouble(range.Low, range.High);

    /// <summary>A random whole number of a range, both ends included.</summary>
    public int Draw((int Low, int High) range) => range.Low + Random.NextInt32(range.High - range.Low + 1);

    /// <summary>
    /// Collects a geometric change: pixel (x, y) of the new image of <paramref name="width"/> × <paramref name="height"/> comes from
    /// <paramref name="map"/>(x, y) of the present one; pixel centers are at halves.
    /// </summary>
    public void Warp(AffineMap map, int width, int height)
    {
        _map = map.Then(_map);
        Width = width;
        Height = height;
    }

    /// <summary>
    /// Collects a change around the middle that keeps the size: with p from the middle, the new image shows at p what was at (xx·x + xy·y, yx·x +
    /// yy·y) + shift.
    /// </summary>
    public void WarpAroundMiddle(double xx, double xy, double yx, double yy, double shiftX = 0, double shiftY = 0)
    {
        double mx = Width / 2.0, my = Height / 2.0;
        Warp(new AffineMap(xx, xy, mx - xx * mx - xy * my + shiftX, yx, yy, my - yx * mx - yy * my + shiftY), Width, Height);
    }

    /// <summary>The image so far, for changing its pixels in place.</summary>
    public RgbImage Edit()
    {
        Finish();
        if (ReferenceEquals(_image, _original))
            _image = _image.Crop(0, 0, Width, Height);
        return _image;
    }

    /// <summary>Puts another image, which may have another size, in the place of the one that <see cref="Edit"/> gave.</summary>
    public void Replace(RgbImage image) => (_image, Width, Height) = (image, image.Width, image.Height);

    /// <summary>The image so far; the caller's own object when nothing has changed.</summary>
    public RgbImage Finish()
    {
        if (_map == AffineMap.Identity && Width == _image.Width && Height == _image.Height)
            return _image;
        int orientation = _map.AsOrientation(_image.Width, _image.Height, Width, Height);
        _image = orientation > 0 ? _image.Orient(orientation) : AffineResampler.Warp(_image, _map, Width, Height, _fill);
        _map = AffineMap.Identity;
        return _image;
    }
}
