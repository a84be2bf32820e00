using SkinClassifier.Benchmarks.EndToEnd;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;

namespace SkinClassifier.Benchmarks.Serving;

/// <summary>Two models that can be told apart by labels and by scores, good images with their right scores, and damaged bodies.</summary>
internal sealed class ServingSample : IDisposable
{
    private const int ImageCount = 6;
    private const float Tolerance = 1e-5f;
    private readonly Sample _sample = new();
    private readonly float[][][] _expected;

    public ServingSample(string network, int size, int width, int height)
    {
        Models = [Model(network, size, 'a'), Model(network, size - 32, 'b')];
        Images = [.. Enumerable.Range(0, ImageCount).Select(i => Draw(width + 7 * i, height + 5 * i, (byte)(40 * i)))];
        _expected = [.. Models.Select(path =>
        {
            using PredictionEngine engine = new(ImageClassificationModel.Load(path), new ImagePredictionOptions { Threads = 1 });
            return Images.Select(image => engine.Predict(image.AsSpan()).Score.ToArray()).ToArray();
        })];
        for (int first = 0; first < 2 * ImageCount; first++)
            for (int second = 0; second < first; second++)
                if (Agrees(_expected[first % 2][first / 2], _expected[second % 2][second / 2]))
                    throw new InvalidOperationException($"Two images or models give the same scores "
                        + $"({string.Join(", ", _expected[first % 2][first / 2])}): a mixed answer could not be seen.");
        Damaged = [Images[0][..(Images[0].Length / 2)], Images[1][..300], [], "no image at all"u8.ToArray(), Noise(50_000), DeclaredLarge()];
    }

    /// <summary>Two model.zip; labels of the first begin with a, of the second with b.</summary>
    public string[] Models { get; }

    /// <summary>JPEG files.</summary>
    public byte[][] Images { get; }

    /// <summary>Bodies that must be refused with 400 or 413.</summary>
    public byte[][] Damaged { get; }

    /// <summary>Whether labels and scores (in the order of the labels) are one model's for this very image.</summary>
    public bool IsRight(int image, IReadOnlyDictionary<string, float> scores)
    {
        int model = scores.Keys.First()[0] - 'a';
        float[] received = new float[scores.Count];
        foreach ((string label, float score) in scores)
        {
            if (label[0] - 'a' != model)
                return false;
            received[label[1] - '1'] = score;
        }
        return model is 0 or 1 && Agrees(_expected[model][image], received);
    }

    public void Dispose() => _sample.Dispose();

    private static bool Agrees(float[] one, float[] other)
        => one.Length == other.Length && one.Zip(other).All(pair => MathF.Abs(pair.First - pair.Second) < Tolerance);

    private string Model(string network, int size, char letter)
    {
        string path = _sample.Model(network, size: size, isSharp: true);
        ImageClassificationModel model = ImageClassificationModel.Load(path);
        model.With(model.Manifest with { Labels = [.. Enumerable.Range(1, model.Labels.Count).Select(i => $"{letter}{i}")] }).Save(path);
        return path;
    }

    private static byte[] Draw(int width, int height, byte shade)
    {
        RgbImage image = Sample.Draw(width, height);
        for (int i = shade / 40 % 3; i < image.Pixels.Length; i += 3)
            image.Pixels[i] = (byte)Math.Max(0, image.Pixels[i] - shade);
        return image.EncodeJpeg();
    }

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] DeclaredLarge() => new RgbImage(6000, 5000).EncodePng();
}
