using Google.Protobuf;
using SkinClassifier.Onnx.Schema;

namespace SkinClassifier.Onnx.Reading;

/// <summary>Bytes to messages: recognizes what is no ONNX file at all, checks versions, finds the opset.</summary>
internal static class ModelFile
{
    public const long OldestIr = 3, NewestIr = 13, NewestOpset = 26;

    private static readonly string Lowering = $"Lowering ir_version to {NewestIr} in the file may be enough: python -c \"import onnx; "
        + $"m = onnx.load('model.onnx'); m.ir_version = {NewestIr}; onnx.save(m, 'model.onnx')\"";

    /// <summary>Reads the messages of a file.</summary>
    public static ModelProto Parse(string path, FileError error)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Parse(stream, stream.Length, error);
    }

    /// <summary>Reads the messages of a file's bytes.</summary>
    public static unsafe ModelProto Parse(ReadOnlySpan<byte> content, FileError error)
    {
        if (content.IsEmpty)
            return Parse(Stream.Null, 0, error);
        fixed (byte* start = content)
        {
            using UnmanagedMemoryStream stream = new(start, content.Length);
            return Parse(stream, content.Length, error);
        }
    }

    /// <summary>Reads the messages of the next <paramref name="length"/> bytes of a stream.</summary>
    public static ModelProto Parse(Stream stream, long length, FileError error)
    {
        if (length > int.MaxValue)
            throw error.Unsupported($"a model file of {length} bytes is not supported (at most {int.MaxValue}). Save it with external data.");
        try
        {
            return ModelStream.Parse(stream, length, start => RefuseForeign(start, error));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or EndOfStreamException)
        {
            throw error.Damaged($"expected an ONNX model (protobuf), received something else or a cut file: {e.Message} Copy or export the file again.", e);
        }
    }

    /// <summary>Checks IR version, graph and opset; returns the opset of the standard operators.</summary>
    public static long Check(ModelProto model, FileError error)
    {
        if (model.Graph is null || model.Graph.Node.Count == 0 && model.Graph.Output.Count == 0)
            throw error.Damaged("expected an ONNX model with a graph, received none. The file is empty, cut or not ONNX.");
        if (model.IrVersion < OldestIr || model.IrVersion > NewestIr)
            throw error.Unsupported($"ONNX IR version {model.IrVersion} is not supported ({OldestIr} to {NewestIr} are). "
                + (model.IrVersion > NewestIr ? Lowering : "Export the model with a newer exporter."));
        long opset = 0;
        foreach (OperatorSetIdProto set in model.OpsetImport)
            if (IsStandard(set.Domain))
                opset = Math.Max(opset, set.Version);
        if (opset == 0 && model.OpsetImport.Count == 0)
            opset = 1;
        if (opset < 1 || opset > NewestOpset)
            throw error.Unsupported(
                $"ONNX opset {opset} is not supported (1 to {NewestOpset} are). Export the model with an opset in that range, for example 17.");
        if (model.Graph.SparseInitializer.Count > 0)
            throw error.Unsupported($"sparse weights ('{model.Graph.SparseInitializer[0].Values?.Name}') are not supported. Export dense weights.");
        return opset;
    }

    public static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    private static void RefuseForeign(ReadOnlySpan<byte> start, FileError error)
    {
        if (start.IsEmpty)
            throw error.Damaged("expected an ONNX model, received an empty file. Copy or download it again.");
        if (start.StartsWith("version https://git-lfs"u8))
            throw error.Damaged("this is a Git LFS pointer, not the file itself. Run 'git lfs pull' or download the file itself.");
        if (start.StartsWith("PK\u0003\u0004"u8))
            throw error.Unsupported("this is a zip archive (a PyTorch .pth file or a model.zip), not ONNX. From PyTorch, write ONNX with "
                + "torch.onnx.export(model, example, \"model.onnx\").");
        if (start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5)
            throw error.Unsupported("this is a Python pickle (PyTorch), not ONNX. Write ONNX with torch.onnx.export(model, example, \"model.onnx\").");
        if (start.Length > 3 && start[0] == 0x89 && start[1..].StartsWith("HDF"u8))
            throw error.Unsupported(
                "this is an HDF5 file (Keras .h5), not ONNX. Write ONNX with: python -m tf2onnx.convert --keras model.h5 --output model.onnx");
        if (start[0] == '<' || start[0] == '{')
            throw error.Damaged("this is a text (a web page or JSON), not an ONNX model. Download the file itself.");
    }
}
