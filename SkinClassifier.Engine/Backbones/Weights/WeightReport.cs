using SkinClassifier.Common;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>Collects everything that does not fit between a file and a network, so that one text can say it all.</summary>
internal sealed class WeightReport
{
    private const int MaxNames = 12;

    private readonly string _network, _path;
    private readonly HashSet<string> _needed;
    private readonly List<string> _missing = [], _extra = [], _misshaped = [];

    public WeightReport(Backbone backbone, string path)
    {
        _network = backbone.Name;
        _path = path;
        _needed = new HashSet<string>(backbone.Features().Parameters.Keys, StringComparer.Ordinal);
    }

    /// <summary>Parameters behind the feature tensor that the file does not have in their shape.</summary>
    public List<string> Kept { get; } = [];

    public void Missing(string name)
    {
        if (_needed.Contains(name))
            _missing.Add(name);
        else
            Kept.Add(name);
    }

    public void Extra(string name) => _extra.Add(name);

    public void Misshaped(string name, TensorShape expected, TensorShape received)
    {
        if (_needed.Contains(name))
            _misshaped.Add($"{name} (expected {expected}, received {received})");
        else
            Kept.Add(name);
    }

    public void ThrowIfWrong()
    {
        List<string> errors = [];
        Report(errors, "missing", _missing);
        Report(errors, "unknown", _extra);
        Report(errors, "of another shape", _misshaped);
        string orItself = _path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? ", or the file as a network of its own (--backbone FILE.onnx)" : "";
        if (errors.Count > 0)
            throw new ShapeMismatchException($"{_path}: expected the weights of {_network}, received others: {string.Join("; ", errors)}. Use weights "
                + $"of this network and width{orItself}.");
    }

    private static void Report(List<string> errors, string what, List<string> names)
    {
        if (names.Count > 0)
            errors.Add($"{names.Count} {what}: {string.Join(", ", names.Take(MaxNames))}{(names.Count > MaxNames ? ", …" : "")}");
    }
}
