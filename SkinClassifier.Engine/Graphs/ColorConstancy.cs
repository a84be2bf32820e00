using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Graphs;

/// <summary>Whether a network takes the color of the light out of an image before it looks at it.</summary>
public enum ColorConstancy
{
    /// <summary>Images are taken as they are.</summary>
    None,

    /// <summary>
    /// Shades of gray: the color of the light is e_c = (mean of vᵖ over the image)^(1/p), p = 6, and every value becomes v · √(mean of e² over the
    /// colors) / e_c, limited to 255. Finlayson and Trezzi, 2004; for skin: Barata, Celebi and Marques, 2015.
    /// </summary>
    ShadesOfGray,
}

/// <summary>Color constancy as ONNX nodes, so that every reader of the network does it: training, prediction, the exported file, ML.NET.</summary>
internal static class ColorConstancyNodes
{
    /// <summary>First part of the names of values and nodes.</summary>
    public const string Prefix = "color_constancy.";

    /// <summary>Smallest mean of v⁶ that counts as light, so that a color that is missing altogether does not divide by 0: e is at least 0.25.</summary>
    private const float LeastLight = 0.00025f;

    /// <summary>The graph behind the given step, with the same input: R, G, B planes [N,3,H,W] of values 0 … 255.</summary>
    public static Graph WithColorConstancy(this Graph graph, ColorConstancy kind)
    {
        if (kind == ColorConstancy.None)
            return graph;
        GraphInput input = graph.Inputs[0];
        if (input.Shape.Rank != 4 || input.Shape[1] != 3)
            throw new ShapeMismatchException($"Graph {graph.Name}: expected one input [N,3,H,W] for color constancy, received {input.Name} {input.Shape}.");
        GraphBuilder builder = new(graph.Name);
        string image = builder.Input(input.Name, input.Shape);
        string One(string opType, string name, params ReadOnlySpan<string> inputs) => builder.Add(opType, Prefix + name, inputs);
        string Number(string name, float value) => builder.Constant(Prefix + name, new Tensor(new TensorShape(1, 1, 1, 1), [value]));
        // v⁶ by products: a power of every sample would cost more than the first layer.
        string square = One("Mul", "square", image, image), fourth = One("Mul", "fourth", square, square), sixth = One("Mul", "sixth", fourth, square);
        string mean = One("Max", "mean", One("GlobalAveragePool", "pool", sixth), Number("least", LeastLight));
        string light = One("Pow", "light", mean, Number("root", 1f / 6));
        string length = One("Sqrt", "length", builder.Add("ReduceMean", Prefix + "strength", [One("Mul", "energy", light, light)],
            new OperatorAttributes(new Dictionary<string, object> { ["keepdims"] = 1L }, new Dictionary<int, object> { [1] = new long[] { 1 } })));
        string white = One("Mul", "white", image, One("Div", "gain", length, light));
        string result = builder.Clip(white, Prefix + "limited", 0, 255);
        return builder.Build(result).Append(graph.Rename(name => name == input.Name ? Prefix + "input" : name));
    }
}
