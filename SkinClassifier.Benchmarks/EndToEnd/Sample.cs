using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>Drawn pictures and models with random weights in a temporary folder: speed does not depend on what they show or know.</summary>
internal sealed class Sample : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("benchmark").FullName;

    /// <summary>A model.zip of a built-in network with seven classes, for pictures of <paramref name="size"/> or of the network's own size.</summary>
    public string Model(string network, bool reducedDecoding = false, int? size = null)
    {
        Architecture architecture = Architecture.Parse(network);
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 7, InputSize = size ?? architecture.InputSize });
        GraphBuilder tail = new("probabilities");
        tail.AddNode("Softmax", "softmax", [tail.Input("logits", new TensorShape(TensorShape.Free, 7))], [ImageClassificationModel.OutputName]);
        Graph graph = backbone.Graph.WithNormalization(backbone.Normalization, ImageClassificationModel.InputName).Append(tail.Build(ImageClassificationModel.OutputName));
        ModelManifest manifest = new()
        {
            Labels = [.. Enumerable.Range(1, 7).Select(i => $"class {i}")],
            Width = backbone.InputSize,
            Height = backbone.InputSize,
            Backbone = network,
            Preprocessing = new ModelPreprocessing { ReducedDecoding = reducedDecoding },
        };
        string path = Path.Combine(_root, $"{network}{size}{(reducedDecoding ? "-reduced" : "")}.zip");
        new ImageClassificationModel(graph, manifest).Save(path);
        return path;
    }

    /// <summary>A folder with two classes of drawn JPEG pictures.</summary>
    public string Pictures(int width, int height, int count)
    {
        string folder = Path.Combine(_root, $"{width}x{height}");
        byte[] content = Draw(width, height).EncodeJpeg();
        for (int i = 0; i < count; i++)
        {
            string path = Path.Combine(folder, i % 2 == 0 ? "a" : "b", $"{i}.jpg");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // A comment of its own at the end: no two files are the same.
            File.WriteAllBytes(path, [.. content, (byte)i, (byte)(i >> 8)]);
        }
        return folder;
    }

    /// <summary>Soft waves, a dark spot with a sharp border, and noise as a camera makes it: about 2.5 bits per pixel at quality 90.</summary>
    public static RgbImage Draw(int width, int height)
    {
        RgbImage image = new(width, height);
        SeededRandom random = new(1);
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = image.Row(y);
            for (int x = 0; x < width; x++)
            {
                double u = (double)x / width - 0.5, v = (double)y / height - 0.5;
                double wave = 12 * Math.Sin(40 * u + 9 * Math.Sin(23 * v)) + 8 * Math.Sin(90 * v - 31 * u);
                double spot = u * u + v * v + 0.01 * Math.Sin(9 * Math.Atan2(v, u)) < 0.07 ? -90 : 0;
                double noise = 5 * random.NextGaussian();
                row[3 * x] = (byte)Math.Clamp(205 + wave + spot + noise, 0, 255);
                row[3 * x + 1] = (byte)Math.Clamp(165 + wave + 1.1 * spot + noise, 0, 255);
                row[3 * x + 2] = (byte)Math.Clamp(150 + 0.8 * wave + 0.9 * spot + noise, 0, 255);
            }
        }
        return image;
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
