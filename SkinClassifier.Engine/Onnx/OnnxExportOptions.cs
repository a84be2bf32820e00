namespace SkinClassifier.Onnx;

/// <summary>How <see cref="OnnxModel.Write"/> writes.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The lowest opset that can be asked for.</summary>
    public const int LowestOpset = 9;

    /// <summary>The highest opset that can be asked for.</summary>
    public const int HighestOpset = 20;

    /// <summary>Opset of the file, 9 to 20. Default 13. Operators that came later are written with older ones.</summary>
    public int Opset { get; init; } = 13;

    /// <summary>IR version of the file, 4 to 13. Default 8, which readers from 2021 on know.</summary>
    public int IrVersion { get; init; } = 8;

    /// <summary>
    /// Whether weights with two or more axes are stored as float16, each with a Cast to float32 behind it: half the size, and the
    /// arithmetic stays float32. Weights beyond ±65504 stay float32. Default false.
    /// </summary>
    public bool Float16Weights { get; init; }

    /// <summary>The file's description. Default empty.</summary>
    public string DocString { get; init; } = "";

    /// <summary>Name of the program that writes. Default "SkinClassifier".</summary>
    public string ProducerName { get; init; } = "SkinClassifier";

    /// <summary>Metadata entries, written in ordinal order of their keys.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
