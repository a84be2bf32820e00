namespace SkinClassifier.Models.MlNet;

/// <summary>
/// The entries that ML.NET opens: LoadImages (column <c>ImagePath</c>) → ResizeImages → ExtractPixels → ApplyOnnxModel → scores with
/// class names → PredictedLabel as text. The predictor is the identity, so ML.NET's scores are the network's.
/// </summary>
internal static class MlNetChain
{
    /// <summary>Entry of the network: its length in four bytes, then the ONNX file.</summary>
    public const string NetworkEntry = Root + "Transform_003/OnnxModel";

    private const string Root = "TransformerChain/", Key = "Model.key";
    private const string Path = "ImagePath", Image = "img", Pixels = ImageClassificationModel.InputName, Score = ImageClassificationModel.OutputName;
    private const string Label = "Label", PredictedLabel = "PredictedLabel";

    /// <summary>All entries in the order that ML.NET writes them; the network's content is null, because the archive holds it already.</summary>
    public static IEnumerable<(string Name, byte[]? Content)> Entries(ModelManifest manifest)
    {
        int classes = manifest.Labels.Count;
        yield return ("TrainingInfo/Version.txt", "1.0.0\n"u8.ToArray());
        yield return (Step(0) + Key, LoadImages());
        yield return (Step(1) + Key, ResizeImages(manifest.Width, manifest.Height, manifest.Preprocessing.Resize));
        yield return (Step(2) + Key, ExtractPixels());
        yield return (NetworkEntry, null);
        yield return (Step(3) + Key, Onnx());
        yield return (Step(4) + "Model/" + Key, Identity(classes));
        yield return (Step(4) + "TrainSchema", IdvWriter.Write(new IdvColumn(Score, Shape: [1, classes]), new IdvColumn(Label, KeyNames: manifest.Labels)));
        yield return (Step(4) + Key, Prediction());
        yield return (Step(5) + Key, new MlNetPartWriter(MlNetPartKind.KeyToValue).Int32(1).Name(PredictedLabel).Name(PredictedLabel).ToArray());
        yield return (Root + Key, Chain(6));
        yield return ("Schema", IdvWriter.Write(new IdvColumn(Path)));
    }

    /// <summary>LoadImages: image file → image; one column, no folder.</summary>
    internal static byte[] LoadImages() => new MlNetPartWriter(MlNetPartKind.LoadImages).Int32(1).Name(Image).Name(Path).Name(null).Byte(1).ToArray();

    /// <summary>ResizeImages: to the input size, in the way closest to the model's own; cuts around the center.</summary>
    internal static byte[] ResizeImages(int width, int height, string resize)
    {
        byte kind = resize switch { "pad" => 0, "crop" => 1, _ => 2 };
        return new MlNetPartWriter(MlNetPartKind.ResizeImages).Int32(1).Name(Image).Name(Image).Int32(width).Int32(height).Byte(kind).Byte(4).ToArray();
    }

    /// <summary>ExtractPixels: planes R, G, B (mask 0Eh, order 1) as float 0 to 255.</summary>
    internal static byte[] ExtractPixels() => new MlNetPartWriter(MlNetPartKind.ExtractPixels)
        .Int32(1).Name(Pixels).Name(Image).Byte(0x0E).Byte(1).Byte(1).Single(0).Single(1).Byte(0).ToArray();

    /// <summary>ApplyOnnxModel: no shapes of its own, protobuf messages up to 100 deep.</summary>
    internal static byte[] Onnx() => new MlNetPartWriter(MlNetPartKind.Onnx).Int32(1).Name(Pixels).Int32(1).Name(Score).Int32(0).Int32(100).ToArray();

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

    private static string Step(int index) => $"{Root}Transform_{index:D3}/";
}
