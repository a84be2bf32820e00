using System.Globalization;
using SkinClassifier.Models;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Sentences about the network, its input and its output; null without a manifest.</summary>
internal static class ModelFacts
{
    /// <summary>Network, input and output.</summary>
    public static string? Network(RunFacts f) => f.Manifest is not { } m ? null
        : $"Network {Markdown.Code(m.Backbone)}: one image of {m.Width}×{m.Height} pixels, {m.Preprocessing.ColorOrder}, gives one probability for each of "
            + $"{m.Labels.Count} classes: {string.Join(", ", m.Labels.Select(Markdown.Code))}.";

    /// <summary>From the image file to the network's input.</summary>
    public static string? Preparation(RunFacts f)
    {
        if (f.Manifest?.Preprocessing is not { } p)
            return null;
        string sizes = $"Each image is turned as its EXIF orientation says, resized to {f.Manifest.Width}×{f.Manifest.Height} pixels ({p.Resize}, {p.Filter} "
            + $"filter) and read as {p.ColorOrder}; transparent pixels are laid over {p.Transparency}, color profiles are {p.ColorProfiles}.";
        string? constancy = p.ColorConstancy is null or "none" ? null : $"Color constancy {p.ColorConstancy} is computed inside the network.";
        string? normal = p.Mean is { Count: > 0 } mean && p.Std is { Count: > 0 } std
            ? $"Inside the network the mean {Numbers(mean)} is subtracted and the result divided by {Numbers(std)}." : null;
        return Markdown.Sentences(sizes, constancy, normal);
    }

    /// <summary>Where the weights began, with license and source.</summary>
    public static string? Weights(RunFacts f)
    {
        if (f.Manifest is not { } m)
            return null;
        if (m.WeightsHash is not { } hash)
            return $"Trained from scratch, without pretrained weights; the first weights were drawn with seed {Whole(m.Seed)}.";
        string source = ModelCardText.WeightsName(m) is { } known ? $"{known}, " : "";
        return $"Started from pretrained weights: {source}{ModelCardText.License(m)}, SHA-256 {Markdown.Code(hash)}. What is new was drawn with seed "
            + $"{Whole(m.Seed)}.";
    }

    /// <summary>How scores become a class, and what they are scaled with.</summary>
    public static string? Decision(RunFacts f)
    {
        if (f.Manifest is not { } m)
            return f.Metrics.Words("decision") is { } word ? $"Decision rule: {word}." : null;
        string own = $"Predicted class: {Markdown.Plain(ModelCardText.Decision(m))}.";
        string? other = f.Metrics.Words("decision") is { } used && used != m.Decision.Rule ? $"These metrics are by another rule: {used}." : null;
        return Markdown.Sentences(own, other, Views(f), Temperature(f));
    }

    /// <summary>The softmax temperature.</summary>
    public static string? Temperature(RunFacts f) => f.Manifest is not { } m ? null
        : m.Temperature == 1 ? "The probabilities are those of the softmax; no temperature was fitted."
        : $"The probabilities are divided by a temperature of {Text.Metric(m.Temperature)} inside the softmax, fitted on images that were not trained from.";

    /// <summary>Version, hash and seed.</summary>
    public static string? Identity(RunFacts f) => Markdown.Sentences(
        f.Manifest is { } m ? $"Made by SkinClassifier {Markdown.Code(m.ProductVersion)} with seed {Whole(m.Seed)}." : null,
        f.ModelHash is { } hash ? $"SHA-256 of model.zip: {Markdown.Code(hash)}." : null);

    private static string? Views(RunFacts f)
    {
        string? asked = f.Option("tta");
        int views = f.IsEvaluation && asked is not null ? int.Parse(asked, CultureInfo.InvariantCulture) : f.Manifest!.TestTimeAugmentation;
        return views > 1 ? $"Scores are the mean over {views} views of the image (test-time augmentation)." : null;
    }

    private static string Whole(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Numbers(IReadOnlyList<float> values) => string.Join(", ", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
