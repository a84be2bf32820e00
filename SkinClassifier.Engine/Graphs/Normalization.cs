using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SkinClassifier.Graphs;

/// <summary>How a network wants its colors: y = (x − Mean) / Std per channel, on the scale 0 to 255, in the order R, G, B.</summary>
/// <param name="Name">Name in files and catalogs, for example "imagenet".</param>
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

    /// <summary>0 … 255 as they are, for networks that begin with a normalization of their own.</summary>
    public static Normalization None { get; } = new("none", [0f, 0f, 0f], [1f, 1f, 1f]);

    /// <summary>ImageNet means subtracted, no division (Caffe); networks that want the order B, G, R have <see cref="IsBgr"/> set too.</summary>
    public static Normalization Caffe { get; } = new("caffe", [123.68f, 116.779f, 103.939f], [1f, 1f, 1f]);

    /// <summary>All built-in ones.</summary>
    public static IReadOnlyList<Normalization> All { get; } = [Imagenet, MinusOneToOne, ZeroToOne, Caffe, None];

    /// <summary>The word that <see cref="TryParse"/> documents, which people write: "minus1to1" and "0to1" where the name in files is longer.</summary>
    internal string Word => Name.Replace(MinusOneToOne.Name, "minus1to1", StringComparison.Ordinal).Replace(ZeroToOne.Name, "0to1", StringComparison.Ordinal);

    /// <summary>
    /// Whether the planes go into the network in the order B, G, R; <see cref="Mean"/> and <see cref="Std"/> stay in the order R, G, B. Default
    /// false.
    /// </summary>
    public bool IsBgr { get; init; }

    /// <summary>
    /// Reads a normalization as the command line and the catalog of weights write it: imagenet, minus1to1, 0to1, caffe, none, or
    /// numbers MEAN/STD on the scale 0 to 255, one for all colors or three ("127/128", "123.7,116.3,103.5/58.4,57.1,57.4"); "-bgr" behind it
    /// for networks that want the order B, G, R ("caffe-bgr").
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Normalization? normalization)
    {
        bool bgr = text is not null && text.EndsWith("-bgr", StringComparison.Ordinal);
        string plain = bgr ? text![..^4] : text ?? "";
        Normalization? found = plain switch
        {
            "minus1to1" => MinusOneToOne,
            "0to1" => ZeroToOne,
            _ => All.FirstOrDefault(n => n.Name == plain) ?? FromNumbers(plain),
        };
        normalization = found is not null && bgr ? found with { Name = found.Name + "-bgr", IsBgr = true } : found;
        return found is not null;
    }

    private static Normalization? FromNumbers(string text)
    {
        string[] sides = text.Split('/');
        return sides.Length == 2 && Three(sides[0]) is { } mean && Three(sides[1]) is { } std && std.All(s => s > 0)
            ? new Normalization(text, mean, std) : null;
    }

    private static ImmutableArray<float>? Three(string text)
    {
        List<float> numbers = [];
        foreach (string part in text.Split(','))
            if (float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number))
                numbers.Add(number);
            else
                return null;
        return numbers.Count switch { 1 => [numbers[0], numbers[0], numbers[0]], 3 => [.. numbers], _ => null };
    }

    /// <summary>Equal name, order and numbers.</summary>
    public bool Equals(Normalization? other) =>
        other is not null && Name == other.Name && IsBgr == other.IsBgr && Mean.AsSpan().SequenceEqual(other.Mean.AsSpan())
            && Std.AsSpan().SequenceEqual(other.Std.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}
