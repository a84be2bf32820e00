using System.Buffers.Binary;
using SkinClassifier.Metrics;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// The entries that ML.NET opens: LoadImages (column <c>ImagePath</c>) → ResizeImages → ExtractPixels → ApplyOnnxModel, which makes our reader's
/// pixels (<see cref="MlNetPixels"/>) → ApplyOnnxModel, the network → scores with class names → PredictedLabel as text. The predictor is the
/// identity, so ML.NET's scores are the network's. Where another rule than the highest score decides, a second predictor computes the rule's values for
/// PredictedLabel, and the scores are put back (the column Probabilities keeps them meanwhile).
/// </summary>
internal static class MlNetChain
{
    /// <summary>Entry of the network: its length in four bytes, then the ONNX file.</summary>
    public const string NetworkEntry = Root + "Transform_004/OnnxModel";

    private const string Root = "TransformerChain/", Key = "Model.key", Onnx = "OnnxModel";
    private const string Path = "ImagePath", Image = "img", Pixels = ImageClassificationModel.InputName, Score = ImageClassificationModel.OutputName;
    private const string Label = "Label", PredictedLabel = "PredictedLabel", Probabilities = "Probabilities";

    /// <summary>All entries in the order that ML.NET writes them; the network's content is null, because the archive holds it already.</summary>
    public static IEnumerable<(string Name, byte[]? Content)> Entries(ModelManifest manifest)
    {
        int classes = manifest.Labels.Count, step = 5;
        DecisionRule rule = manifest.Decision.ToRule(manifest.Decision.ToBalanced(manifest));
        yield return ("TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray());
        yield return (Step(0) + Key, LoadImages());
        yield return (Step(1) + Key, ResizeImages(manifest));
        yield return (Step(2) + Key, ExtractPixels(manifest));
        yield return (Step(3) + Onnx, Prefixed(MlNetPixels.Network(manifest)));
        yield return (Step(3) + Key, ApplyOnnx(Pixels, [.. MlNetPixels.Columns(manifest).Select(c => c.Name)]));
        yield return (NetworkEntry, null);
        yield return (Step(4) + Key, ApplyOnnx(Score, Pixels));
        foreach ((string Name, byte[]? Content) entry in Predictor(Step(step++), Identity(classes), manifest.Labels, 1, classes))
            yield return entry;
        if (rule is not HighestScoreRule)
        {
            yield return (Step(step++) + Key, Copy(Probabilities, Score));
            foreach ((string Name, byte[]? Content) entry in Predictor(Step(step++), Linear(rule, classes), manifest.Labels, classes))
                yield return entry;
            yield return (Step(step++) + Key, Copy(Score, Probabilities));
        }
        yield return (Step(step++) + Key, new MlNetPartWriter(MlNetPartKind.KeyToValue).Int32(1).Name(PredictedLabel).Name(PredictedLabel).ToArray());
        yield return (Root + Key, Chain(step));
        yield return ("Schema", IdvWriter.Write(new IdvColumn(Path)));
    }

    /// <summary>LoadImages: image file → image; one column, no folder.</summary>
    internal static byte[] LoadImages() => new MlNetPartWriter(MlNetPartKind.LoadImages).Int32(1).Name(Image).Name(Path).Name(null).Byte(1).ToArray();

    /// <summary>ResizeImages: all names, then each column's size, kind and anchor (4: the center).</summary>
    internal static byte[] ResizeImages(ModelManifest manifest)
    {
        MlNetPixelColumn[] columns = [.. MlNetPixels.Columns(manifest)];
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.ResizeImages).Int32(columns.Length);
        foreach (MlNetPixelColumn column in columns)
            part.Name(column.ImageName).Name(Image);
        foreach (MlNetPixelColumn column in columns)
            part.Int32(column.Width).Int32(column.Height).Byte((byte)column.Resizing).Byte(4);
        return part.ToArray();
    }

    /// <summary>ExtractPixels: all names, then each column's planes (order 1: A, R, G, B) as bytes, offset 0, scale 1.</summary>
    internal static byte[] ExtractPixels(ModelManifest manifest)
    {
        MlNetPixelColumn[] columns = [.. MlNetPixels.Columns(manifest)];
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.ExtractPixels).Int32(columns.Length);
        foreach (MlNetPixelColumn column in columns)
            part.Name(column.Name).Name(column.ImageName);
        foreach (MlNetPixelColumn column in columns)
            part.Byte((byte)column.Planes).Byte(1).Byte(0).Single(0).Single(1).Byte(0);
        return part.ToArray();
    }

    /// <summary>ApplyOnnxModel: no shapes of its own, protobuf messages up to 100 deep.</summary>
    internal static byte[] ApplyOnnx(string output, params string[] inputs)
    {
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.Onnx).Int32(inputs.Length);
        foreach (string input in inputs)
            part.Name(input);
        return part.Int32(1).Name(output).Int32(0).Int32(100).ToArray();
    }

    /// <summary>The identity as a linear predictor in sparse form: K ones, so that 10,000 classes take 160 KB and not 400 MB.</summary>
    /// <param name="classes">K.</param>
    /// <param name="features">Elements of the vector that is read, at least K; those behind K are not used. Default: K.</param>
    internal static byte[] Identity(int classes, int? features = null) => Linear(DecisionRule.HighestScore, classes, features);

    /// <summary>The values of a decision rule as a linear predictor in sparse form; the largest decides.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="classes">K.</param>
    /// <param name="features">Elements of the vector that is read, at least K; those behind K are not used. Default: K.</param>
    internal static byte[] Linear(DecisionRule rule, int classes, int? features = null)
    {
        List<int> starts = [0], places = [];
        List<float> weights = [];
        for (int label = 0; label < classes; label++)
        {
            for (int i = rule is CostRule ? 0 : label; i < (rule is CostRule ? classes : label + 1); i++)
                if (rule.Weight(label, i) is var weight && weight != 0)
                {
                    places.Add(i);
                    weights.Add(weight);
                }
            starts.Add(places.Count);
        }
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.Linear).Int32(4).Int32(features ?? classes).Int32(classes);
        for (int i = 0; i < classes; i++)
            part.Single(0);
        part.Int32(starts.Count);
        foreach (int start in starts)
            part.Int32(start);
        part.Int32(places.Count);
        foreach (int place in places)
            part.Int32(place);
        part.Int32(weights.Count);
        foreach (float weight in weights)
            part.Single(weight);
        return part.ToArray();
    }

    /// <summary>The predictor's columns: features, label, scores, predicted label.</summary>
    internal static byte[] Prediction() => new MlNetPartWriter(MlNetPartKind.Prediction).Name(Score).Name(Label).Name(Score).Name(PredictedLabel).ToArray();

    /// <summary>The entries of a predictor.</summary>
    private static IEnumerable<(string Name, byte[]? Content)> Predictor(string step, byte[] model, IReadOnlyList<string> labels, params int[] shape) =>
    [
        (step + "Model/" + Key, model),
        (step + "TrainSchema", IdvWriter.Write(new IdvColumn(Score, Shape: shape), new IdvColumn(Label, KeyNames: labels))),
        (step + Key, Prediction()),
    ];

    /// <summary>CopyColumns: one column under another name.</summary>
    private static byte[] Copy(string wanted, string present) =>
        new MlNetPartWriter(MlNetPartKind.CopyColumns).Int32(1).Name(wanted).Name(present).ToArray();

    /// <summary>The chain: every step belongs to every scope of use (7).</summary>
    internal static byte[] Chain(int steps)
    {
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.Chain).Int32(steps);
        for (int i = 0; i < steps; i++)
            part.Int32(7);
        return part.ToArray();
    }

    private static byte[] Prefixed(byte[] network)
    {
        byte[] entry = new byte[4 + network.Length];
        BinaryPrimitives.WriteInt32LittleEndian(entry, network.Length);
        network.CopyTo(entry, 4);
        return entry;
    }

    private static string Step(int index) => $"{Root}Transform_{index:D3}/";
}
