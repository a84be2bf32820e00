using SkinClassifier.Backbones;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>Which network is trained and where its weights come from.</summary>
/// <param name="Architecture">The built-in network; used when neither a file nor weights are given.</param>
/// <param name="OnnxFile">A network with its weights, or null.</param>
/// <param name="Pretrained">A built-in network with its weights, or null.</param>
/// <param name="Normalization">What the file's network expects, when the catalogue knows it.</param>
internal sealed record BackboneChoice(Architecture Architecture, string? OnnxFile = null, Backbone? Pretrained = null, Normalization? Normalization = null)
{
    /// <summary>Whether training starts from learnt weights.</summary>
    public bool IsPretrained => OnnxFile is not null || Pretrained is not null;

    /// <summary>Resolves --backbone and --weights. Never downloads.</summary>
    /// <exception cref="InputException">A file does not exist.</exception>
    /// <exception cref="ArgumentException">The two do not fit together, or the name is unknown.</exception>
    public static BackboneChoice Resolve(Terminal terminal, string backbone, string weights)
    {
        WeightStore store = new();
        if (backbone.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            if (weights == "random")
                throw new ArgumentException("--weights random: expected a built-in network beside it, received an ONNX file, which brings its own weights.");
            return new BackboneChoice(Architecture.MobileNetV2, Existing(backbone));
        }
        if (backbone == "auto" && weights == "auto")
            return store.Locate(Architecture.MobileNetV2.Name) is { } found
                ? WithWeights(terminal, Architecture.MobileNetV2, found)
                : Scratch(terminal, Architecture.SmallCnn, $"no pretrained weights are on this machine; `skinclassifier backbones pull {Architecture.MobileNetV2.Name}` gets some, or name a file with --backbone FILE.onnx: that needs far fewer pictures");
        if (!Architecture.TryParse(backbone == "auto" ? weights == "random" ? Architecture.SmallCnn.Name : Architecture.MobileNetV2.Name : backbone, out Architecture? architecture))
            return FromCatalog(store, backbone);
        if (weights == "random")
            return new BackboneChoice(architecture);
        if (weights != "auto")
            return WithWeights(terminal, architecture, Existing(weights));
        if (store.Locate(architecture.Name) is not null)
            return WithWeights(terminal, architecture, store.Require(architecture.Name));
        return Scratch(terminal, architecture, $"its pretrained weights are not on this machine{(WeightCatalog.Find(architecture.Name) is null ? "" : $"; `skinclassifier backbones pull {architecture.Name}` gets them")}");
    }

    private static BackboneChoice WithWeights(Terminal terminal, Architecture architecture, string file)
    {
        Backbone network = architecture.Build(new BackboneOptions { SkipInitialization = true });
        try
        {
            BackboneWeights.Load(network, file);
        }
        catch (ShapeMismatchException) when (file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            terminal.Note($"network: the one inside {file}, because its layers are not those of the built-in {architecture.Name}");
            return new BackboneChoice(architecture, file);
        }
        terminal.Note($"network: {architecture.Name} with the weights of {file}");
        return new BackboneChoice(architecture, Pretrained: network);
    }

    private static BackboneChoice Scratch(Terminal terminal, Architecture architecture, string why)
    {
        terminal.Note($"network: {architecture.Name} from scratch, because {why}");
        return new BackboneChoice(architecture);
    }

    private static BackboneChoice FromCatalog(WeightStore store, string name)
    {
        if (WeightCatalog.Find(name) is not { } entry)
            throw new ArgumentException($"--backbone: expected {string.Join(", ", ArchitectureCatalog.All.Select(a => a.Name))}, a name of `skinclassifier backbones list` or an ONNX file, received {name}.");
        return new BackboneChoice(Architecture.MobileNetV2, store.Require(name), Normalization: entry.Normalization switch
        {
            "minus1to1" => Normalization.MinusOneToOne,
            "0to1" => Normalization.ZeroToOne,
            "caffe" => Normalization.Caffe,
            _ => Normalization.Imagenet,
        });
    }

    private static string Existing(string file) => File.Exists(file) ? file : throw new InputException($"{file}: expected a file with pretrained weights (.onnx or .safetensors), found no such file.");
}
