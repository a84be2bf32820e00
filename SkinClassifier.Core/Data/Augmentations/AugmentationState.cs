using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A picture on its way through a pipeline. Geometric changes are collected as one affine map and done in one resampling
/// when a change of pixels, or the end, needs the result. The caller's picture is never written to.
/// </summary>
internal sealed class AugmentationState
{
    private readonly RgbImage _original;
    private RgbImage _image;
    private AffineMap _map = AffineMap.Identity;

    /// <summary>Starts with <paramref name="image"/>, which stays as it is.</summary>
    public AugmentationState(RgbImage image, SeededRandom random)
    {
        _original = _image = image;
        Random = random;
        Width = image.Width;
        Height = image.Height;
    }

    /// <summary>The random source of the augmentation that is running.</summary>
    public SeededRandom Random { get; }

    /// <summary>Columns of the picture after the changes collected so far, in pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of the picture after the changes collected so far, in pixels.</summary>
    public int Height { get; private set; }

    /// <summary>
    /// Collects a geometric change: pixel (x, y) of the new picture of <paramref name="width"/> × <paramref name="height"/> comes from
    /// <paramref name="map"/>(x, y) of the present one; pixel centres are at halves.
    /// </summary>
    public void Warp(AffineMap map, int width, int height)
    {
        _map = map.Then(_map);
        Width = width;
        Height = height;
    }

    /// <summary>The picture so far, for changing its pixels in place.</summary>
    public RgbImage Edit()
    {
        Finish();
        if (ReferenceEquals(_image, _original))
            _image = _image.Crop(0, 0, Width, Height);
        return _image;
    }

    /// <summary>The picture so far; the caller's own object when nothing has changed.</summary>
    public RgbImage Finish()
    {
        if (_map == AffineMap.Identity && Width == _image.Width && Height == _image.Height)
            return _image;
        int orientation = _map.AsOrientation(_image.Width, _image.Height, Width, Height);
        _image = _image.Orient(orientation);
        _map = AffineMap.Identity;
        return _image;
    }
}
