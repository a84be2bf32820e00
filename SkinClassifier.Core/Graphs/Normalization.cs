using System.Collections.Immutable;

namespace SkinClassifier.Graphs;

/// <summary>How a network wants its colours: y = (x − Mean) / Std per channel, on the scale 0 to 255, in the order R, G, B.</summary>
/// <param name="Name">Name in files and catalogues, for example "imagenet".</param>
/// <param name="Mean">What is subtracted, three numbers.</param>
/// <param name="Std">What is divided by, three numbers.</param>
public sealed record Normalization(string Name, ImmutableArray<float> Mean, ImmutableArray<float> Std)
{
    /// <summary>First part of the names of the constants that <see cref="GraphBuilder.Normalize"/> adds; such parameters are never trained.</summary>
    public const string ParameterPrefix = "normalization.";

    /// <summary>Mean and standard deviation of ImageNet (torchvision, timm).</summary>
    public static Normalization Imagenet { get; } = new("imagenet", [123.675f, 116.28f, 103.53f], [58.395f, 57.12f, 57.375f]);

    /// <summary>0 … 255 to −1 … 1 (TensorFlow, Inception).</summary>
    public static Normalization MinusOneToOne { get; } = new("minus_one_to_one", [127.5f, 127.5f, 127.5f], [127.5f, 127.5f, 127.5f]);

    /// <summary>0 … 255 to 0 … 1.</summary>
    public static Normalization ZeroToOne { get; } = new("zero_to_one", [0f, 0f, 0f], [255f, 255f, 255f]);

    /// <summary>ImageNet means subtracted, no division (Caffe; a network that wants B, G, R exchanges the channels of its first weights).</summary>
    public static Normalization Caffe { get; } = new("caffe", [123.68f, 116.779f, 103.939f], [1f, 1f, 1f]);

    /// <summary>All built-in ones.</summary>
    public static IReadOnlyList<Normalization> All { get; } = [Imagenet, MinusOneToOne, ZeroToOne, Caffe];

    /// <summary>Equal name and numbers.</summary>
    public bool Equals(Normalization? other) =>
        other is not null && Name == other.Name && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan()) && Std.AsSpan().SequenceEqual(other.Std.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
