using SkinClassifier.Imaging;

namespace SkinClassifier.Data;

/// <summary>Keeps decoded images up to a number of bytes; first come, first kept. Safe for several threads.</summary>
internal sealed class ImageCache(int count, long limitBytes)
{
    private readonly RgbImage?[] _images = new RgbImage?[limitBytes > 0 ? count : 0];
    private long _used;

    /// <summary>Whether anything may be kept.</summary>
    public bool IsEnabled => _images.Length > 0;

    /// <summary>Bytes of pixels kept now.</summary>
    public long UsedBytes => Interlocked.Read(ref _used);

    public RgbImage? Get(int index) => !IsEnabled ? null : Volatile.Read(ref _images[index]);

    public void Offer(int index, RgbImage image)
    {
        if (!IsEnabled)
            return;
        long size = image.Pixels.Length;
        if (Interlocked.Add(ref _used, size) > limitBytes || Interlocked.CompareExchange(ref _images[index], image, null) is not null)
            Interlocked.Add(ref _used, -size);
    }
}
