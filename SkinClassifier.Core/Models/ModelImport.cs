using SkinClassifier.Backbones;
using SkinClassifier.Common;
using SkinClassifier.Execution;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Models;

/// <summary>
/// Wraps a finished ONNX classifier and its class names into a model: normalization before it, probabilities behind it, channels first.
/// The result predicts, evaluates, saves and exports like a trained one.
/// </summary>
public static class ModelImport
{
    private const int DefaultSize = 224;
    private const float SumTolerance = 1e-3f;

    /// <summary>Reads an ONNX file and wraps it.</summary>
    /// <param name="path">A classifier with one input of images, [N,3,H,W] or [N,H,W,3], and scores [N,K].</param>
    /// <param name="labels">K class names in the order of the scores; two for a network with one output, whose score is that of the second. Null:
    /// those in the file's metadata.</param>
    /// <param name="options">Preprocessing and the meaning of the scores; what they leave open is taken from the file's metadata.</param>
    /// <exception cref="ArgumentException">Labels are missing, empty or repeated, or the named output does not exist.</exception>
    /// <exception cref="ShapeMismatchException">The number of labels is not the number of outputs, or the file is no image classifier.</exception>
    /// <exception cref="InvalidContentException">The file is damaged, or its scores are not what the options say.</exception>
    /// <exception cref="UnsupportedContentException">The file has operators that are not supported, or several independent probabilities that the
    /// options do not explain.</exception>
    public static ImageClassificationModel FromOnnx(string path, IReadOnlyList<string>? labels = null, ModelImportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (labels is not null)
            CheckLabels(labels);
        options ??= new ModelImportOptions();
        if (options.ImageSize is < 1 or > 16384)
            throw new ArgumentOutOfRangeException(nameof(options), $"ImageSize: expected 1 to 16384 pixels, received {options.ImageSize}.");
        OnnxModel file = OnnxModel.Load(path);
        NetworkFacts facts = NetworkFacts.Of(file, path);
        labels ??= LabelsOf(facts);
        Normalization normalization = options.Normalization ?? facts.Normalization ?? Normalization.Imagenet;
        Graph classifier = Classifier(file.Graph.WithChannelsFirst(), path, options, facts);
        TensorShape image = classifier.Inputs[0].Shape.With(0, 1), scores = classifier.InferShapes(image)[classifier.Outputs[0]];
        if (scores.Rank < 2 || scores[0] != 1 || scores.ElementCount != scores[1])
            throw new ShapeMismatchException($"{path}: expected scores [N,K], received {scores} for one image. Name the value with the class scores.");
        CheckCount(path, scores[1], labels.Count);
        Graph network = classifier.WithNormalization(normalization, ImageClassificationModel.InputName);
        ScoreKind kind = options.Scores != ScoreKind.Auto ? options.Scores : facts.HasProbabilities && options.Output is null
            ? ScoreKind.Probabilities : Recognize(network, scores[1], path);
        network = network.Append(Probabilities(scores, kind), Unused(network));
        string last = network.Outputs[0];
        network = network.Rename(name => name == last ? ImageClassificationModel.OutputName : name).WithName(Path.GetFileNameWithoutExtension(path));
        CheckProbabilities(Run(network), labels.Count, path, kind);
        return new ImageClassificationModel(network, Manifest(path, file, labels, options, kind, image, facts,
            normalization) with
        {
            Preprocessing = Preprocessing(options, facts, normalization),
            TestTimeAugmentation = Views(facts, image),
            Decision = facts.Labels is { } known && known.SequenceEqual(labels, StringComparer.Ordinal)
                ? ModelMetadata.DecisionOf(file.Metadata, labels.Count, path) : new ModelDecision(),
        });
    }

    /// <summary>The scores of the network, cut at the output that counts, its input sized and its names free of ours.</summary>
    private static Graph Classifier(Graph graph, string path, ModelImportOptions options, NetworkFacts facts)
    {
        if (options.Output is { } named && !graph.Nodes.Any(n => n.Outputs.Contains(named)))
            throw new ArgumentException($"{path}: expected the name of a value as output, received '{named}'. The file's outputs are "
                + $"{string.Join(", ", graph.Outputs)}.", nameof(options));
        if (options.Output is null && graph.Outputs.Count != 1)
            throw new ShapeMismatchException($"{path}: expected one output, received {string.Join(", ", graph.Outputs)}. Name the one with the class scores.");
        if (graph.Inputs is not [{ Shape: { Rank: 4 } declared } input] || declared[1] != 3)
            throw new ShapeMismatchException($"{path}: expected one input [N,3,H,W] or [N,H,W,3], received "
                + $"{string.Join(", ", graph.Inputs.Select(i => $"{i.Name} {i.Shape}"))}. Use a classifier for color images.");
        Graph cut = graph.Cut(options.Output ?? graph.Outputs[0]);
        TensorShape shape = new(declared[0], 3, Side(declared[2], facts.Size?.Height), Side(declared[3], facts.Size?.Width));
        if (declared[0] > 1)
            throw new ShapeMismatchException($"{path}: expected a free batch size or 1, received {declared}. Export the network with a free batch size.");
        HashSet<string> taken = new(graph.Nodes.SelectMany(n => n.Outputs).Concat(graph.Parameters.Keys).Append(input.Name), StringComparer.Ordinal);
        return new Graph(cut.Name, [input with { Shape = shape }], cut.Nodes, cut.Outputs, cut.Parameters)
            .Rename(name => IsOurs(name) ? Free("network_" + name) : name);

        int Side(int length, int? said) => options.ImageSize ?? (length > 0 ? length : said ?? DefaultSize);

        string Free(string name) => taken.Contains(name) ? Free("_" + name) : name;
    }

    private static bool IsOurs(string name) =>
        name is ImageClassificationModel.InputName or ImageClassificationModel.OutputName
        || name.StartsWith(Normalization.ParameterPrefix, StringComparison.Ordinal);

    private static void CheckLabels(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        List<string> errors = [];
        if (labels.Count < 2)
            errors.Add($"expected at least 2, received {labels.Count}");
        for (int i = 0; i < labels.Count; i++)
            if (string.IsNullOrWhiteSpace(labels[i]))
                errors.Add($"label {i + 1} is empty");
            else if (!lines.TryAdd(labels[i], i + 1))
                errors.Add($"label {i + 1} repeats label {lines[labels[i]]}, '{labels[i]}'");
        if (errors.Count > 0)
            throw new ArgumentException($"labels: {string.Join("; ", errors.Take(5))}{(errors.Count > 5 ? "; …" : "")}. Give every class a name of "
                + $"its own, in the order of the scores.", nameof(labels));
    }

    private static void CheckCount(string path, int outputs, int labels)
    {
        if (labels == Math.Max(outputs, 2))
            return;
        string hint = outputs == labels + 1 ? " Networks of TensorFlow often have a first class 'background': put that line in front." : "";
        throw new ShapeMismatchException($"{path}: expected {Math.Max(outputs, 2)} labels for {outputs} output{(outputs == 1 ? "" : "s")}, received "
            + $"{labels}. Give one label per output, in their order.{hint}");
    }

    private static ScoreKind Recognize(Graph network, int outputs, string path)
    {
        string value = network.Outputs[0];
        Dictionary<string, Node> makers =
            network.Nodes.SelectMany(n => n.Outputs.Where(o => o.Length > 0).Select(o => (o, n))).ToDictionary(m => m.o, m => m.n, StringComparer.Ordinal);
        while (makers.TryGetValue(value, out Node? node))
            switch (node.Operator.OpType)
            {
                case "Softmax" when outputs > 1:
                    return ScoreKind.Probabilities;
                case "LogSoftmax" when outputs > 1:
                    return ScoreKind.LogProbabilities;
                case "Sigmoid" when outputs == 1:
                    return ScoreKind.Probabilities;
                case "Sigmoid":
                    throw new UnsupportedContentException($"{path}: expected one probability distribution, received {outputs} independent "
                        + $"probabilities (the output ends in Sigmoid). Say what they are: independent (divided by their sum) or logits.");
                case "Identity" or "Flatten" or "Reshape" or "Squeeze" or "Dropout" or "Cast":
                    value = node.Inputs[0];
                    continue;
                default:
                    return outputs > 1 && Rows(Run(network), outputs).All(SumsToOne) ? ScoreKind.Probabilities : ScoreKind.Logits;
            }
        return ScoreKind.Logits;
    }

    /// <summary>The graph scores → probabilities [N,K]; one output becomes two.</summary>
    private static Graph Probabilities(TensorShape scores, ScoreKind kind)
    {
        GraphBuilder builder = new("probabilities");
        string value = builder.Input("scores", scores.With(0, TensorShape.Free));
        value = scores.Rank == 2 ? builder.Add("Identity", "flat", [value]) : builder.Flatten(value, "flat");
        if (scores[1] == 1)
        {
            if (kind != ScoreKind.Probabilities)
                value = kind == ScoreKind.LogProbabilities ? builder.Add("Exp", "second", [value]) : builder.Sigmoid(value, "second");
            string one = builder.Constant("one", new Tensor(new TensorShape(1, 1), [1f]));
            return builder.Build(builder.Concat([builder.Add("Sub", "first", [one, value]), value], "both"));
        }
        return builder.Build(kind switch
        {
            ScoreKind.Logits => builder.Softmax(value, "softmax"),
            ScoreKind.LogProbabilities => builder.Add("Exp", "exp", [value]),
            ScoreKind.Independent =>
                builder.Add("Div", "share", [value, builder.Add("ReduceSum", "sum", [value],
                    new OperatorAttributes(new Dictionary<string, object> { ["keepdims"] = 1L }, new Dictionary<int, object> { [1] = new long[] { 1 } }))]),
            _ => value,
        });
    }

    /// <summary>Scores of two seeded images.</summary>
    private static float[] Run(Graph network)
    {
        TensorShape shape = network.Inputs[0].Shape.With(0, 1);
        SeededRandom random = new(1);
        using InferencePlan plan = InferencePlan.Create(network, shape);
        int outputs = plan.OutputShape.ElementCount;
        float[] image = new float[shape.ElementCount], scores = new float[2 * outputs];
        for (int i = 0; i < 2; i++)
        {
            foreach (ref float sample in image.AsSpan())
                sample = random.NextInt32(256);
            plan.Run(image, scores.AsSpan(i * outputs, outputs));
        }
        return scores;
    }

    private static IEnumerable<float[]> Rows(float[] scores, int outputs) => scores.Chunk(outputs);

    private static bool SumsToOne(float[] row) => row.All(v => v >= -SumTolerance) && MathF.Abs(row.Sum() - 1) <= SumTolerance;

    private static void CheckProbabilities(float[] scores, int classes, string path, ScoreKind kind)
    {
        foreach (float[] row in Rows(scores, classes))
            if (!row.All(float.IsFinite))
                throw new InvalidContentException($"{path}: expected finite scores for a test image, received {row.First(v => !float.IsFinite(v))}. "
                    + $"The weights are damaged, or the network wants another normalization.");
            else if (!SumsToOne(row))
                throw new InvalidContentException(FormattableString.Invariant($"{path}: expected probabilities that sum to 1 for a test image, ")
                    + FormattableString.Invariant($"received {row.Min():0.####} to {row.Max():0.####} with the sum {row.Sum():0.####} ({kind}). Say ")
                    + FormattableString.Invariant($"what the scores are: probabilities, logits, log-probabilities or independent."));
    }

    private static ModelPreprocessing Preprocessing(ModelImportOptions options, NetworkFacts facts, Normalization normalization) => new()
    {
        Resize = options.Resize?.ToString().ToLowerInvariant() ?? facts.Resize ?? "crop",
        Filter = options.Filter?.ToString().ToLowerInvariant() ?? facts.Filter ?? "triangle",
        ReducedDecoding = facts.ReducedDecoding,
        Mean = [.. normalization.Mean],
        Std = [.. normalization.Std],
    };

    /// <summary>The number of views that the file's metadata name, where images of this size have them.</summary>
    private static int Views(NetworkFacts facts, TensorShape image) =>
        facts.Views is int views && TestTimeAugmentationViews.Error(views, image[3], image[2]) is null ? views : 1;

    private static IReadOnlyList<string> LabelsOf(NetworkFacts facts)
    {
        if (facts.Labels is not { } labels)
            throw new ArgumentException($"labels: expected the names of the classes, received none; the metadata of the file name none either. Give them "
                + $"(--labels FILE on the command line).", nameof(labels));
        CheckLabels(labels);
        return labels;
    }

    private static ModelManifest Manifest(string path, OnnxModel file, IReadOnlyList<string> labels, ModelImportOptions options, ScoreKind kind,
        TensorShape image, NetworkFacts facts, Normalization normalization)
    {
        return new ModelManifest
        {
            Labels = [.. labels],
            Height = image[2],
            Width = image[3],
            Backbone = Path.GetFileNameWithoutExtension(path),
            WeightsHash = FileContent.Sha256(path),
            Options = new Dictionary<string, string>
            {
                ["imported"] = "a finished ONNX classifier; nothing was trained here",
                ["normalization"] = normalization.Word,
                ["normalizationFrom"] = options.Normalization is not null ? "given" : facts.Normalization is not null ? facts.Source : "assumed",
                ["opset"] = $"{file.Opset}",
                ["producer"] = file.ProducerName,
                ["scores"] = kind.ToString(),
            },
        };
    }

    private static string Unused(Graph graph)
    {
        string prefix = "probabilities_";
        while (graph.Parameters.Keys.Concat(graph.Nodes.SelectMany(n => n.Outputs)).Any(n => n.StartsWith(prefix, StringComparison.Ordinal)))
            prefix = "_" + prefix;
        return prefix;
    }
}
