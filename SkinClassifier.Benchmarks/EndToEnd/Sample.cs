using System.Buffers.Binary;
using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Benchmarks.EndToEnd;

/// <summary>Drawn images and models with random weights in a temporary folder: speed does not depend on what they show or know.</summary>
internal sealed class Sample : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("benchmark").FullName;

    /// <summary>
    /// A model.zip of a built-in network with seven classes, for images of <paramref name="size"/> or of the network's own size. Random weights give
    /// almost the same scores for all images; <paramref name="isSharp"/> multiplies the logits, so that those of noise spread over one unit.
    /// </summary>
    public string Model(string network, bool reducedDecoding = false, int? size = null, bool isSharp = false)
    {
        Architecture architecture = Architecture.Parse(network);
        Backbone backbone = architecture.Build(new BackboneOptions { Classes = 7, InputSize = size ?? architecture.InputSize });
        GraphBuilder tail = new("probabilities");
        string logits = tail.Input("logits", new TensorShape(TensorShape.Free, 7));
        if (isSharp)
        {
            tail.Parameter("sharpness", new Tensor(new TensorShape(1), [1 / Spread(backbone)]));
            tail.AddNode("Mul", "sharpen", [logits, "sharpness"], [logits = "sharp"]);
        }
        tail.AddNode("Softmax", "softmax", [logits], [ImageClassificationModel.OutputName]);
        Graph graph = backbone.Graph.WithNormalization(backbone.Normalization, ImageClassificationModel.InputName)
            .Append(tail.Build(ImageClassificationModel.OutputName));
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

    /// <summary>Largest less smallest logit of noise.</summary>
    private static float Spread(Backbone backbone)
    {
        Graph graph = backbone.Graph.WithNormalization(backbone.Normalization, ImageClassificationModel.InputName);
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(1, 3, backbone.InputSize, backbone.InputSize));
        float[] input = new float[plan.InputShape.ElementCount], logits = new float[plan.OutputShape.ElementCount];
        SeededRandom random = new(2);
        foreach (ref float value in input.AsSpan())
            value = random.NextInt32(256);
        plan.Run(input, logits);
        return logits.Max() - logits.Min();
    }

    /// <summary>A folder with two classes of drawn JPEG images.</summary>
    public string Images(int width, int height, int count)
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

    /// <summary>An image as a BMP file of 24 bits.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        int stride = (image.Width * 3 + 3) / 4 * 4;
        byte[] file = new byte[54 + stride * image.Height];
        "BM"u8.CopyTo(file);
        foreach ((int at, int value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, image.Width), (22, image.Height), (26, 24 << 16 | 1)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        for (int y = 0; y < image.Height; y++)
        {
            Span<byte> to = file.AsSpan(54 + (image.Height - 1 - y) * stride), from = image.Row(y);
            for (int i = 0; i < from.Length; i += 3)
                (to[i], to[i + 1], to[i + 2]) = (from[i + 2], from[i + 1], from[i]);
        }
        return file;
    }

    /// <summary>The green samples of an image as a GIF file of 128 grays: codes of eight bits, with a clear code before they would grow.</summary>
    public static byte[] Gif(RgbImage image)
    {
        const int Clear = 128, End = 129, Between = 100;
        using MemoryStream file = new();
        file.Write("GIF89a"u8);
        byte[] size = [(byte)image.Width, (byte)(image.Width >> 8), (byte)image.Height, (byte)(image.Height >> 8)];
        file.Write([.. size, 0x80 | 6, 0, 0]);
        for (int i = 0; i < 128; i++)
            file.Write([(byte)(2 * i), (byte)(2 * i), (byte)(2 * i)]);
        file.Write([0x2C, 0, 0, 0, 0, .. size, 0, 7]);
        List<byte> codes = [];
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            if (i % Between == 0)
                codes.Add(Clear);
            codes.Add((byte)(image.Pixels[3 * i + 1] >> 1));
        }
        codes.Add(End);
        foreach (byte[] block in codes.Chunk(255))
            file.Write([(byte)block.Length, .. block]);
        file.Write([0, 0x3B]);
        return file.ToArray();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
