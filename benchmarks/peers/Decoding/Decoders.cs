using System.Runtime.InteropServices;
using OpenCvSharp;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SkiaSharp;
using SkinClassifier.Imaging;

namespace SkinClassifier.Benchmarks.Peers.Decoding;

/// <summary>One decoder: the bytes of a file to pixels of 8 bits a sample in memory of this process; returns one sample, so that nothing is left out.</summary>
internal sealed record Decoder(string Name, Func<byte[], int> Decode)
{
    /// <summary>Ours first, then the peers, all on one thread.</summary>
    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("SkinClassifier", content => RgbImage.Decode(content).Pixels[^1]),
        new("SkiaSharp", Skia),
        new("NetVips", Vips),
        new("ImageSharp", Sharp),
        new("OpenCvSharp", OpenCv),
    ];

    /// <summary>Every library is told to use one thread.</summary>
    public static void UseOneThread()
    {
        NetVips.NetVips.Concurrency = 1;
        NetVips.Cache.Max = 0;
        Cv2.SetNumThreads(1);
    }

    private static int Skia(byte[] content)
    {
        using SKBitmap bitmap = SKBitmap.Decode(content);
        return bitmap.GetPixelSpan()[^2];
    }

    private static int Vips(byte[] content)
    {
        using NetVips.Image image = NetVips.Image.NewFromBuffer(content);
        nint pixels = image.WriteToMemory(out ulong size);
        try
        {
            return Marshal.ReadByte(pixels, (int)size - 1);
        }
        finally
        {
            NetVips.NetVips.Free(pixels);
        }
    }

    private static int Sharp(byte[] content)
    {
        using Image<Rgb24> image = SixLabors.ImageSharp.Image.Load<Rgb24>(content);
        return image[image.Width - 1, image.Height - 1].B;
    }

    private static int OpenCv(byte[] content)
    {
        using Mat image = Cv2.ImDecode(content, ImreadModes.Color);
        return image.At<Vec3b>(image.Rows - 1, image.Cols - 1).Item0;
    }
}
