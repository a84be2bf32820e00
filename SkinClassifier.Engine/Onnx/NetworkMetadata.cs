namespace SkinClassifier.Onnx;

/// <summary>
/// Keys of the metadata_props that <c>export</c> writes and <c>import</c> and <c>--backbone</c> read. docs/onnx.md describes the values.
/// </summary>
internal static class NetworkMetadata
{
    /// <summary>Version of SkinClassifier that wrote the file, for example "1.2.0".</summary>
    public const string Version = "skinclassifier.version";

    /// <summary>Class names in the order of the scores: a JSON array of strings.</summary>
    public const string Labels = "skinclassifier.labels";

    /// <summary>
    /// How an image becomes the input: a JSON object with width and height (pixels), colorOrder ("RGB"), range ("0-255"), exifOrientation (true),
    /// resize ("crop", "stretch" or "pad"), filter ("triangle", "cubic" or "nearest"), reducedDecoding (false or true) and alpha ("white").
    /// </summary>
    public const string Input = "skinclassifier.input";

    /// <summary>
    /// What the reader must do with the values 0 to 255 before the network: "none" where the network does it itself, else as
    /// <see cref="Graphs.Normalization.TryParse"/> reads it.
    /// </summary>
    public const string Normalization = "skinclassifier.normalization";

    /// <summary>What the network does with the values itself, "MEAN/STD" on the scale 0 to 255, in the order R, G, B; for information.</summary>
    public const string NormalizationInside = "skinclassifier.normalization.inside";

    /// <summary>What the output says: "probabilities".</summary>
    public const string Scores = "skinclassifier.scores";

    /// <summary>How many views of an image the model's own readers average: "1", "2", "4" or "8".</summary>
    public const string Views = "skinclassifier.views";

    /// <summary>Name of the network that was trained, for example "mobilenet_v2".</summary>
    public const string Backbone = "skinclassifier.backbone";

    /// <summary>SHA-256 of the pretrained weights; absent when there were none.</summary>
    public const string Weights = "skinclassifier.weights";

    /// <summary>Under what conditions the file may be used, and what it is not for.</summary>
    public const string License = "skinclassifier.license";
}
