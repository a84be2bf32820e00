namespace SkinClassifier.Models.MlNet;

/// <summary>What the header of a Model.key says about its part.</summary>
/// <param name="Signature">Eight characters.</param>
/// <param name="VersionWritten">Version of the layout.</param>
/// <param name="VersionReadable">Oldest reader's version that understands it.</param>
/// <param name="Loader">ML.NET's name of the class that reads it.</param>
/// <param name="Assembly">Assembly of that class, without version.</param>
internal sealed record MlNetPartKind(string Signature, uint VersionWritten, uint VersionReadable, string Loader, string Assembly)
{
    private const string Data = "Microsoft.ML.Data", Images = "Microsoft.ML.ImageAnalytics", Trainers = "Microsoft.ML.StandardTrainers";

    /// <summary>The chain of steps.</summary>
    public static MlNetPartKind Chain { get; } = new("XF CHAIN", 0x00010001, 0x00010001, "TransformerChain", Data);

    /// <summary>LoadImages.</summary>
    public static MlNetPartKind LoadImages { get; } = new("IMGLOADR", 0x00010003, 0x00010003, "ImageLoaderTransform", Images);

    /// <summary>ResizeImages.</summary>
    public static MlNetPartKind ResizeImages { get; } = new("IMGSCALF", 0x00010003, 0x00010003, "ImageScalerTransform", Images);

    /// <summary>ExtractPixels.</summary>
    public static MlNetPartKind ExtractPixels { get; } = new("IMGPXEXT", 0x00010003, 0x00010002, "ImagePixelExtractor", Images);

    /// <summary>ApplyOnnxModel.</summary>
    public static MlNetPartKind Onnx { get; } = new("ONNXSCOR", 0x00010003, 0x00010003, "OnnxTransform", "Microsoft.ML.OnnxTransformer");

    /// <summary>A predictor of classes over a feature column.</summary>
    public static MlNetPartKind Prediction { get; } = new("MC  PRED", 0x00010002, 0x00010001, "MulticlassPredXfer", Data);

    /// <summary>Scores Wx + b.</summary>
    public static MlNetPartKind Linear { get; } = new("MCLINEAR", 0x00010001, 0x00010001, "MulticlassLinear", Trainers);

    /// <summary>CopyColumns.</summary>
    public static MlNetPartKind CopyColumns { get; } = new("COPYCOLT", 0x00010001, 0x00010001, "CopyTransform", Data);

    /// <summary>Key to value: the number of the class becomes its name.</summary>
    public static MlNetPartKind KeyToValue { get; } = new("KEY2VALT", 0x00010001, 0x00010001, "KeyToValueTransform", Data);
}
