using NetVips;
using SkiaSharp;

namespace SkinClassifier.Benchmarks.Peers.FileToAnswer;

/// <summary>A file to the planes R, G, B of a square around its center, values 0 to 255, as a reader of a network wants them.</summary>
internal static class Planes
{
    /// <summary>libvips: a JPEG file is decoded at a fraction of its size, then reduced and cut.</summary>
    public static void Vips(byte[] content, int side, Span<float> planes)
    {
        using Image image = Image.ThumbnailBuffer(content, side, height: side, crop: Enums.Interesting.Centre);
        nint pixels = image.WriteToMemory(out ulong size);
        try
        {
            unsafe
            {
                Split(new ReadOnlySpan<byte>((void*)pixels, (int)size), (int)size / (side * side), planes);
            }
        }
        finally
        {
            NetVips.NetVips.Free(pixels);
        }
    }

    /// <summary>Skia: the codec decodes at the nearest fraction that is large enough; the rest is its linear resize with mipmaps.</summary>
    public static void Skia(byte[] content, int side, Span<float> planes)
    {
        using SKMemoryStream stream = new(content);
        using SKCodec codec = SKCodec.Create(stream);
        SKImageInfo whole = codec.Info;
        float scale = (float)side / Math.Min(whole.Width, whole.Height);
        SKSizeI near = codec.GetScaledDimensions(Math.Min(1, scale));
        SKImageInfo info = new(Math.Max(1, near.Width), Math.Max(1, near.Height), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKBitmap decoded = new(info);
        if (codec.GetPixels(info, decoded.GetPixels()) is not SKCodecResult.Success and var result)
            throw new InvalidOperationException($"Skia: {result}");
        int shorter = Math.Min(info.Width, info.Height);
        using SKBitmap small = new(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (SKCanvas canvas = new(small))
        using (SKImage image = SKImage.FromBitmap(decoded))
            canvas.DrawImage(image, SKRect.Create((info.Width - shorter) / 2f, (info.Height - shorter) / 2f, shorter, shorter),
                SKRect.Create(0, 0, side, side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        Split(small.GetPixelSpan(), 4, planes);
    }

    private static void Split(ReadOnlySpan<byte> pixels, int samples, Span<float> planes)
    {
        int size = pixels.Length / samples;
        for (int i = 0; i < size; i++)
            for (int c = 0; c < 3; c++)
                planes[c * size + i] = pixels[i * samples + (samples >= 3 ? c : 0)];
    }
}
