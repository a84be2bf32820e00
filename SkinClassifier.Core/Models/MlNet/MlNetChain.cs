using System.Buffers.Binary;

namespace SkinClassifier.Models.MlNet;

/// <summary>
/// The entries that ML.NET opens: LoadImages (column <c>ImagePath</c>) → ResizeImages → ExtractPixels → ApplyOnnxModel, which makes our reader's
/// pixels (<see cref="MlNetPixels"/>) → ApplyOnnxModel, the network → scores with class names → PredictedLabel as text. The predictor is the
/// identity, so ML.NET's scores are the network's.
/// </summary>
internal static class MlNetChain
{
    /// <summary>Entry of the network: its length in four bytes, then the ONNX file.</summary>
    public const string NetworkEntry = Root + "Transform_004/OnnxModel";

    private const string Root = "TransformerChain/", Key = "Model.key", Onnx = "OnnxModel";
    private const string Path = "ImagePath", Image = "img", Pixels = ImageClassificationModel.InputName, Score = ImageClassificationModel.OutputName;
    private const string Label = "Label", PredictedLabel = "PredictedLabel";

    /// <summary>All entries in the order that ML.NET writes them; the network's content is null, because the archive holds it already.</summary>
    public static IEnumerable<(string Name, byte[]? Content)> Entries(ModelManifest manifest)
    {
        int classes = manifest.Labels.Count;
        yield return ("TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray());
        yield return (Step(0) + Key, LoadImages());
        yield return (Step(1) + Key, ResizeImages(manifest));
        yield return (Step(2) + Key, ExtractPixels(manifest));
        yield return (Step(3) + Onnx, Prefixed(MlNetPixels.Network(manifest)));
        yield return (Step(3) + Key, ApplyOnnx(Pixels, [.. MlNetPixels.Columns(manifest).Select(c => c.Name)]));
        yield return (NetworkEntry, null);
        yield return (Step(4) + Key, ApplyOnnx(Score, Pixels));
        yield return (Step(5) + "Model/" + Key, Identity(classes));
        yield return (Step(5) + "TrainSchema", IdvWriter.Write(new IdvColumn(Score, Shape: [1, classes]), new IdvColumn(Label, KeyNames: manifest.Labels)));
        yield return (Step(5) + Key, Prediction());
        yield return (Step(6) + Key, new MlNetPartWriter(MlNetPartKind.KeyToValue).Int32(1).Name(PredictedLabel).Name(PredictedLabel).ToArray());
        yield return (Root + Key, Chain(7));
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
    internal static byte[] Identity(int classes, int? features = null)
    {
        MlNetPartWriter part = new MlNetPartWriter(MlNetPartKind.Linear).Int32(4).Int32(features ?? classes).Int32(classes);
        for (int i = 0; i < classes; i++)
            part.Single(0);
        part.Int32(classes + 1);
        for (int i = 0; i <= classes; i++)
            part.Int32(i);
        part.Int32(classes);
        for (int i = 0; i < classes; i++)
            part.Int32(i);
        part.Int32(classes);
        for (int i = 0; i < classes; i++)
            part.Single(1);
        return part.ToArray();
    }

    /// <summary>The predictor's columns: features, label, scores, predicted label.</summary>
    internal static byte[] Prediction() => new MlNetPartWriter(MlNetPartKind.Prediction).Name(Score).Name(Label).Name(Score).Name(PredictedLabel).ToArray();

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
