using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.Explanations;

/// <summary>Small classifiers whose maps are known.</summary>
internal static class TinyNetworks
{
    /// <summary>
    /// 16 × 16: class i is the share of the image in color i. Conv 1×1 ("spots": one channel per pure color, plus one of gray) → ReLU → mean 2×2 ("map", 8 × 8)
    /// → global mean → dense → softmax.
    /// </summary>
    public static ImageClassificationModel Colors(string resize = "stretch", float scale = 1)
    {
        GraphBuilder b = new("colors");
        string x = b.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, 16, 16));
        float[] weights = [1, -1, -1, -1, 1, -1, -1, -1, 1, 0.3f, 0.3f, 0.3f];
        b.Parameter("w", new Tensor(new TensorShape(4, 3, 1, 1), [.. weights.Select(w => w / 50)]));
        x = b.AveragePool(b.Relu(b.Add("Conv", "spots", [x, "w"]), "positive"), "map", 2);
        b.Parameter("head.w", new Tensor(new TensorShape(3, 4), [.. new float[] { 6, -1, -1, 0, -1, 6, -1, 0, -1, -1, 6, 0 }.Select(v => v * scale)]));
        b.Parameter("head.b", new Tensor(new TensorShape(3)));
        b.AddNode("Gemm", "head", [b.Flatten(b.GlobalAveragePool(x, "pool"), "flat"), "head.w", "head.b"], ["logits"],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        b.AddNode("Softmax", "softmax", ["logits"], [ImageClassificationModel.OutputName]);
        return Model(b.Build(ImageClassificationModel.OutputName), 16, 16, ["red", "green", "blue"], resize);
    }

    /// <summary>Flattened pixels → dense → softmax: no feature map. Class "in" adds the red values of a rectangle, "out" subtracts them.</summary>
    public static ImageClassificationModel Pixels(int left = 4, int top = 2, int side = 4)
    {
        GraphBuilder b = new("pixels");
        string x = b.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, 12, 12));
        float[] weights = new float[2 * 3 * 144];
        for (int y = top; y < top + side; y++)
            for (int column = left; column < left + side; column++)
                (weights[y * 12 + column], weights[432 + y * 12 + column]) = (0.001f, -0.001f);
        b.Parameter("w", new Tensor(new TensorShape(2, 432), weights));
        b.Parameter("b", new Tensor(new TensorShape(2), [0.2f, -0.1f]));
        b.AddNode("Gemm", "dense", [b.Flatten(x, "flat"), "w", "b"], ["logits"],
            new OperatorAttributes(new Dictionary<string, object> { ["transB"] = 1L }));
        b.AddNode("Softmax", "softmax", ["logits"], [ImageClassificationModel.OutputName]);
        return Model(b.Build(ImageClassificationModel.OutputName), 12, 12, ["in", "out"], "crop");
    }

    public static ImageClassificationModel Model(Graph graph, int width, int height, IReadOnlyList<string> labels, string resize = "crop") =>
        new(graph, new ModelManifest
        {
            Labels = labels,
            Width = width,
            Height = height,
            Backbone = graph.Name,
            Preprocessing = new ModelPreprocessing { Resize = resize },
        });

    /// <summary>A gray image with a rectangle of one color.</summary>
    public static RgbImage Spot(int width, int height, int left, int top, int spotWidth, int spotHeight, byte r, byte g, byte b)
    {
        RgbImage image = new(width, height);
        image.Pixels.Fill(40);
        for (int y = top; y < top + spotHeight; y++)
            for (int x = left; x < left + spotWidth; x++)
                (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]) = (r, g, b);
        return image;
    }
}
