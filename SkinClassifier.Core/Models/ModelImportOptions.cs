using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;

namespace SkinClassifier.Models;

/// <summary>What the output of a finished classifier says.</summary>
public enum ScoreKind
{
    /// <summary>
    /// Found out: an output that ends in Softmax is probabilities, in LogSoftmax their logarithms; one that ends in Sigmoid is the
    /// probability of the second of two classes; otherwise probabilities when test images give rows of 0 to 1 that sum to 1, else raw scores.
    /// </summary>
    Auto,

    /// <summary>Probabilities that sum to 1; with one output, the probability of the second of two classes.</summary>
    Probabilities,

    /// <summary>Raw scores; Softmax is added (with one output Sigmoid).</summary>
    Logits,

    /// <summary>Logarithms of probabilities; Exp is added.</summary>
    LogProbabilities,

    /// <summary>One independent probability per class (several Sigmoid outputs); they are divided by their sum.</summary>
    Independent,
}

/// <summary>How <see cref="ModelImport"/> wraps a finished ONNX classifier.</summary>
public sealed record ModelImportOptions
{
    /// <summary>
    /// How the network wants its colors. Default null: what the file says (<see cref="Backbones.NetworkFacts"/>), ImageNet's mean and deviation where
    /// nothing says it.
    /// </summary>
    public Normalization? Normalization { get; init; }

    /// <summary>
    /// Height and width of the input in pixels. Default null: what the file declares or its metadata say, 224 where both leave it open. Range 1 to
    /// 16384.
    /// </summary>
    public int? ImageSize { get; init; }

    /// <summary>How an image of another shape is brought to the size. Default null: what the metadata say, else crop.</summary>
    public ResizeKind? Resize { get; init; }

    /// <summary>The filter that scales. Default null: what the metadata say, else triangle.</summary>
    public ResizeFilter? Filter { get; init; }

    /// <summary>What the output says. Default: found out.</summary>
    public ScoreKind Scores { get; init; } = ScoreKind.Auto;

    /// <summary>Name of the value with the class scores. Default null: the file's one output.</summary>
    public string? Output { get; init; }
}
