namespace SkinClassifier.Backbones;

/// <summary>How a built-in network is built.</summary>
public sealed record BackboneOptions
{
    /// <summary>Number of classes of the last layer; 0 leaves the last layer out, the output is then the feature tensor. Default 1000, as published.</summary>
    public int Classes { get; init; } = 1000;

    /// <summary>Factor on the number of channels, for networks that have widths. Default 1; allowed 0.1 to 4.</summary>
    public double WidthMultiplier { get; init; } = 1;

    /// <summary>Seed of the first weights. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Height and width of the images in pixels; null (default) means the network's own.</summary>
    public int? InputSize { get; init; }

    /// <summary>Leaves all parameters 0 instead of drawing first weights, for weights that are loaded next. Default false.</summary>
    public bool SkipInitialization { get; init; }

    /// <summary>
    /// Pads strided convolutions as TensorFlow does (SAME: the odd row and column at the end) instead of evenly, for weights that were
    /// trained that way. Default false; only EfficientNet and EfficientNetV2 have it.
    /// </summary>
    public bool SamePadding { get; init; }
}
