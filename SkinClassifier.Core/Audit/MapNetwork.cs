using System.Numerics.Tensors;
using SkinClassifier.Graphs;
using SkinClassifier.Tensors;

namespace SkinClassifier.Audit;

/// <summary>
/// The first two thirds of a backbone, down to its feature maps of a sixteenth of the image, and what is kept of them. Whether two photographs show the same
/// spot is seen in texture and shape, which these maps hold; the last features of a classifier have already forgotten what does not tell classes apart.
/// For each channel of a map: its mean in the middle of the image, its mean around it, and its standard deviation, all of which a turn or a mirror changes
/// little.
/// </summary>
internal sealed class MapNetwork
{
    private const int MaxMaps = 3;
    private readonly (int Channels, int Height, int Width, float[] Middle)[] _maps;

    private MapNetwork(Graph graph, int values, (int, int, int, float[])[] maps)
    {
        Graph = graph;
        ValueCount = values;
        _maps = maps;
        Lengths = [.. maps.Select(m => 3 * m.Item1)];
        Length = Lengths.Sum();
    }

    /// <summary>Images [N,3,H,W] → the maps, flattened and joined [N, <see cref="ValueCount"/>].</summary>
    public Graph Graph { get; }

    /// <summary>Values of the maps of one image.</summary>
    public int ValueCount { get; }

    /// <summary>Values of a description: of all maps.</summary>
    public int Length { get; }

    /// <summary>Values of the description of each map.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>
    /// Finds the maps of a backbone: what convolutions over all channels give, of a size between an eighth and a sixteenth of the image; of each size
    /// and number of channels the last one, of these the three with the most channels.
    /// </summary>
    /// <param name="backbone">Images [N,3,H,W] → features.</param>
    /// <param name="width">W.</param>
    /// <param name="height">H.</param>
    /// <returns>Null when it has no such map.</returns>
    public static MapNetwork? Find(Graph backbone, int width, int height)
    {
        IReadOnlyDictionary<string, TensorShape> shapes = backbone.InferShapes(new TensorShape(1, 3, height, width));
        Dictionary<(int, int, int), string> last = [];
        foreach (string value in backbone.Nodes.Where(n => n.Operator.OpType == "Conv" && shapes[n.Inputs[1]][1] > 1)
            .Select(n => n.Outputs[0]))
            if (shapes[value] is { Rank: 4 } shape && IsWithin(shape[2], height) && IsWithin(shape[3], width))
                last[(shape[1], shape[2], shape[3])] = value;
        if (last.Count == 0)
            return null;
        string[] names = [.. last.OrderByDescending(m => m.Key).Take(MaxMaps).Select(m => m.Value)];
        Node[] flat = [.. names.Select(n => Join("Flatten", n + ".flat", n))];
        Node joined = Join("Concat", "maps", [.. flat.Select(f => f.Outputs[0])]);
        Graph graph = new Graph(backbone.Name, backbone.Inputs, [.. backbone.Nodes, .. flat, joined], joined.Outputs, backbone.Parameters)
            .Cut(joined.Outputs[0]);
        return new MapNetwork(graph, names.Sum(n => shapes[n].ElementCount), [.. names.Select(n =>
            (shapes[n][1], shapes[n][2], shapes[n][3], Middle(shapes[n][2], shapes[n][3])))]);

        static bool IsWithin(int side, int whole) => side >= (whole + 15) / 16 && side <= (whole + 7) / 8;

        static Node Join(string opType, string name, params string[] inputs) => new("audit." + name,
            OperatorCatalog.Create(opType, new OperatorAttributes(new Dictionary<string, object> { ["axis"] = 1L }), inputs.Length, 1),
            inputs, ["audit." + name]);
    }

    /// <summary>Writes the description [<see cref="Length"/>] of one image.</summary>
    /// <param name="values">Its maps [<see cref="ValueCount"/>].</param>
    /// <param name="description">For each map the means in the middle, the means around it, the standard deviations.</param>
    public void Describe(ReadOnlySpan<float> values, Span<float> description)
    {
        foreach ((int channels, int height, int width, float[] middle) in _maps)
        {
            int size = height * width;
            float inside = TensorPrimitives.Sum<float>(middle);
            for (int c = 0; c < channels; c++, values = values[size..])
            {
                ReadOnlySpan<float> map = values[..size];
                float sum = TensorPrimitives.Sum(map), center = TensorPrimitives.Dot(map, middle);
                description[c] = center / inside;
                description[channels + c] = (sum - center) / (size - inside);
                description[2 * channels + c] = MathF.Sqrt(Math.Max(0, TensorPrimitives.SumOfSquares(map) / size - sum / size * (sum / size)));
            }
            description = description[(3 * channels)..];
        }
    }

    /// <summary>1 within three tenths of the sides around the center, else 0.</summary>
    private static float[] Middle(int height, int width)
    {
        float[] middle = new float[height * width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                double dx = (x + 0.5) / width - 0.5, dy = (y + 0.5) / height - 0.5;
                middle[y * width + x] = dx * dx + dy * dy < 0.09 ? 1 : 0;
            }
        return middle;
    }
}
