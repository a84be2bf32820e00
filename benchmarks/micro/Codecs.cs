using BenchmarkDotNet.Attributes;
using SkinClassifier.Imaging;

namespace SkinClassifier.Benchmarks.Micro;

/// <summary>Decoding of a photograph-like image into memory that the next one uses again.</summary>
[MemoryDiagnoser]
public class Codecs
{
    private readonly ImageBuffer _buffer = new();
    private byte[] _jpeg = [], _png = [];

    [Params("600x450", "3000x2000")]
    public string Size { get; set; } = "";

    [GlobalSetup]
    public void Prepare()
    {
        int[] sides = [.. Size.Split('x').Select(int.Parse)];
        RgbImage image = Photograph.Draw(sides[0], sides[1]);
        (_jpeg, _png) = (image.EncodeJpeg(), image.EncodePng());
    }

    [Benchmark]
    public void Jpeg() => _buffer.Decode(_jpeg, null, "image.jpg");

    [Benchmark]
    public void Png() => _buffer.Decode(_png, null, "image.png");
}
