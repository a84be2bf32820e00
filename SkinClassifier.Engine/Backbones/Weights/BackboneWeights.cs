using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Puts weights from a file into a built-in network: safetensors with the names of torchvision or timm, or an ONNX file of the same
/// network. PyTorch's and Keras' own files are refused with the conversion to do.
/// </summary>
public static class BackboneWeights
{
    private static readonly string[] _heads = ["classifier.", "fc.", "head.", "last_linear.", "pre_logits."];

    /// <summary>
    /// Fills the parameters of <paramref name="backbone"/>. All parameters up to the feature tensor must be in the file, with their
    /// shapes; the last layers are filled when the file has them with the same number of classes, else they keep their first values.
    /// </summary>
    /// <returns>Names of the parameters that kept their first values.</returns>
    /// <exception cref="ShapeMismatchException">Tensors are missing, unknown or of another shape; all are listed in the one text.</exception>
    /// <exception cref="InvalidContentException">The file is damaged.</exception>
    /// <exception cref="UnsupportedContentException">The file is of a kind that is not read.</exception>
    public static IReadOnlyList<string> Load(Backbone backbone, string path)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => FromSafetensors(backbone, SafetensorsFile.Open(path)),
            ".onnx" => OnnxWeights.Copy(backbone, path),
            ".pth" or ".pt" or ".bin" or ".ckpt" =>
                throw new UnsupportedContentException($"{path}: PyTorch's own files are programs (Python pickles) and are not read. Convert once: "
                    + $"python -c \"import torch, safetensors.torch as s; s.save_file(torch.load('{Path.GetFileName(path)}', map_location='cpu', "
                    + $"weights_only=True), '{Path.GetFileNameWithoutExtension(path)}.safetensors')\""),
            ".h5" or ".keras" or ".hdf5" =>
                throw new UnsupportedContentException($"{path}: Keras' own files are not read. Convert once: python -m tf2onnx.convert --keras "
                    + $"{Path.GetFileName(path)} --output {Path.GetFileNameWithoutExtension(path)}.onnx"),
            ".dat" =>
                throw new UnsupportedContentException($"{path}: TorchSharp's own files are not read. Save the module as safetensors once, with the "
                    + $"package TorchSharp.PyBridge: module.save_safetensors(\"{Path.GetFileNameWithoutExtension(path)}.safetensors\")"),
            string extension => throw new UnsupportedContentException($"{path}: weights in '{extension}' files are not read. Supported: .safetensors, .onnx."),
        };
    }

    private static List<string> FromSafetensors(Backbone backbone, SafetensorsFile file)
    {
        WeightReport report = new(backbone, file.Path);
        Dictionary<string, string> sources = Match(backbone, [.. file.Names.Select(n => (n, file.ShapeOf(n), file.IsFloat(n)))], report);
        report.ThrowIfWrong();
        foreach ((string name, Tensor value) in backbone.Graph.Parameters)
            if (!report.Kept.Contains(name))
                file.Read(sources[name]).Values.CopyTo(value.Values);
        return report.Kept;
    }

    /// <summary>The tensor of the file for every parameter of the network that has one; what does not fit goes into the report.</summary>
    internal static Dictionary<string, string> Match(
        Backbone backbone, IReadOnlyList<(string Name, TensorShape Shape, bool IsFloat)> tensors, WeightReport report)
    {
        Dictionary<string, (string Name, TensorShape Shape, bool IsFloat)> sources = new(StringComparer.Ordinal);
        bool hasHead = backbone.Graph.Parameters.Count > backbone.Features().Parameters.Count;
        foreach ((string name, TensorShape shape, bool isFloat) in tensors)
        {
            string plain = name.StartsWith("module.", StringComparison.Ordinal) ? name["module.".Length..] : name, ours = TimmNames.Map(backbone.Name, plain);
            if (!backbone.Graph.Parameters.ContainsKey(ours))
                ours = plain;
            if (!backbone.Graph.Parameters.ContainsKey(ours))
            {
                if (!IsWithoutUse(plain, hasHead))
                    report.Extra(name);
            }
            else if (!sources.TryAdd(ours, (name, shape, isFloat)))
                report.Extra(name);
        }
        foreach ((string name, Tensor value) in backbone.Graph.Parameters)
            if (!sources.TryGetValue(name, out (string Name, TensorShape Shape, bool IsFloat) source))
                report.Missing(name);
            else if (!source.IsFloat || !Fits(source.Shape, value.Shape))
                report.Misshaped(name, value.Shape, source.Shape);
        return sources.ToDictionary(s => s.Key, s => s.Value.Name, StringComparer.Ordinal);
    }

    /// <summary>Counters of PyTorch's BatchNormalization, auxiliary heads, and heads of a network that is built without one.</summary>
    private static bool IsWithoutUse(string name, bool hasHead) =>
        name.EndsWith("num_batches_tracked", StringComparison.Ordinal) || name.StartsWith("AuxLogits.", StringComparison.Ordinal)
            || !hasHead && _heads.Any(h => name.StartsWith(h, StringComparison.Ordinal));

    /// <summary>Same first length and same number of elements: a dense layer that is stored as a convolution has the same numbers in the same order.</summary>
    private static bool Fits(TensorShape received, TensorShape expected) =>
        received == expected || received.Rank > 0 && expected.Rank > 0 && received[0] == expected[0] && received.ElementCount == expected.ElementCount;
}
