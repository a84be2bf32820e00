using SkinClassifier.Backbones;
using SkinClassifier.Calibration;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Models;

/// <summary>Tiny real models: average color of the image → Gemm → Softmax. Class i likes color plane i.</summary>
internal static class SmallModels
{
    public static ImageClassificationModel Create(IReadOnlyList<string> labels, int size = 8, float sharpness = 0.05f, ulong seed = 1)
    {
        GraphBuilder builder = new("small", seed);
        string x = builder.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, size, size));
        x = builder.Normalize(x, Normalization.Imagenet);
        x = builder.Flatten(builder.GlobalAveragePool(x, "pool"), "flatten");
        float[] weights = new float[labels.Count * 3];
        for (int i = 0; i < labels.Count; i++)
            weights[i * 3 + i % 3] = sharpness * 50 * (1 + i / 3);
        builder.Parameter("head.weight", new Tensor(new TensorShape(labels.Count, 3), weights));
        builder.Parameter("head.bias", new Tensor(new TensorShape(labels.Count)));
        builder.AddNode(
            "Gemm", "head", [x, "head.weight", "head.bias"], ["logits"], new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        builder.AddNode("Softmax", "softmax", ["logits"], [ImageClassificationModel.OutputName]);
        return new ImageClassificationModel(builder.Build(ImageClassificationModel.OutputName), new ModelManifest
        {
            Labels = labels,
            Width = size,
            Height = size,
            Backbone = "small",
            TrainedOn = labels.ToDictionary(l => l, _ => 5),
        });
    }

    /// <summary>A model whose policy answers whenever an image keeps the limits of its quality.</summary>
    public static ImageClassificationModel WithQuality(IReadOnlyList<string> labels, ImageQuality quality) => Create(labels).WithPolicy(
        new PredictionPolicy(new PredictionSets(PredictionSetKind.ClassConditional, [.. labels.Select(_ => 0.9)], 0.05, 2))
        {
            Options = new PolicyOptions(),
            Images = [.. labels.Select(_ => 30)],
        }.WithChecks(new ImageChecks(null, quality)));

    /// <summary>MobileNetV2 with random weights as a model.</summary>
    public static ImageClassificationModel MobileNet(IReadOnlyList<string> labels, int size)
    {
        Backbone backbone = Architecture.MobileNetV2.Build(new BackboneOptions { Classes = labels.Count, InputSize = size });
        GraphBuilder probabilities = new("probabilities");
        probabilities.AddNode(
            "Softmax", "softmax", [probabilities.Input("logits", new TensorShape(TensorShape.Free, labels.Count))], [ImageClassificationModel.OutputName]);
        Graph graph = backbone.Graph.WithNormalization(backbone.Normalization, ImageClassificationModel.InputName)
            .Append(probabilities.Build(ImageClassificationModel.OutputName));
        return new ImageClassificationModel(graph, new ModelManifest { Labels = labels, Width = size, Height = size, Backbone = backbone.Name });
    }

    /// <summary>An image of one color.</summary>
    public static RgbImage Plain(byte r, byte g, byte b, int width = 12, int height = 9)
    {
        RgbImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i += 3)
            (image.Pixels[i], image.Pixels[i + 1], image.Pixels[i + 2]) = (r, g, b);
        return image;
    }

    /// <summary>Red, green and blue images in memory, with some unreadable ones between.</summary>
    public static ImageDataset Dataset(int perClass, int unreadable = 0)
    {
        List<ImageSource> sources = [];
        for (int i = 0; i < perClass; i++)
        {
            byte dark = (byte)(i % 100);
            sources.Add(new ImageSource($"red/{i}.png", "red", Plain(200, dark, dark).EncodePng()));
            sources.Add(new ImageSource($"green/{i}.png", "green", Plain(dark, 200, dark).EncodePng()));
            sources.Add(new ImageSource($"blue/{i}.png", "blue", Plain(dark, dark, 200).EncodePng()));
        }
        for (int i = 0; i < unreadable; i++)
            sources.Add(new ImageSource($"red/broken{i}.png", "red", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]));
        return ImageDataset.FromMemory(sources);
    }
}
