using SkinClassifier.Graphs;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Copies the weights of an ONNX file into a built-in network of the same structure. Names need not agree: layers are paired by their
/// place in the network and their shapes. A convolution whose BatchNormalization the file has folded away gives its bias to ours,
/// which then scales by one. Every layer of the file up to its features must find its place, and the network with the weights must
/// give the features that the file gives: other pads, dilations, epsilons or activations are refused.
/// </summary>
internal static class OnnxWeights
{
    /// <summary>Copies; returns the names of parameters that kept their first values.</summary>
    public static List<string> Copy(Backbone backbone, string path)
    {
        Graph source = OnnxModel.Load(path).Graph.WithChannelsFirst(), trial = backbone.Graph.Clone();
        WeightReport report = new(backbone, path);
        LayerPairs pairs = LayerPairs.Of(WeightedLayers.Of(source), WeightedLayers.Of(trial), report);
        string? feature = FeatureTensor.TryFind(source);
        pairs.ReportUnused(feature is null ? source : source.Cut(feature), report);
        report.ThrowIfWrong();
        pairs.Copy();
        NetworkComparison.ThrowIfDifferent(backbone, trial, source, feature, pairs.Both, path);
        foreach ((string name, Tensor value) in backbone.Graph.Parameters)
            trial.Parameters[name].Values.CopyTo(value.Values);
        return report.Kept;
    }
}
