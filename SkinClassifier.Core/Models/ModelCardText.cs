using System.Globalization;
using System.Text;
using SkinClassifier.Backbones.Weights;

namespace SkinClassifier.Models;

/// <summary>The short model card that every model.zip has: what the manifest knows, and what the model is not for.</summary>
internal static class ModelCardText
{
    /// <summary>What every host says about medical use.</summary>
    internal const string MedicalNotice =
        "For research and decision support only. This is not a medical device and gives no diagnosis; a person with medical training must decide.";

    /// <summary>Which decision rule suits what, for people.</summary>
    internal const string WhichRule = "For screening, where a missed case costs more than a false alarm, choose sensitivity=X:CLASS, or costs where you can "
        + "say what each error costs: fewer cases are missed and more false alarms are raised. Balanced counts every class alike, however rare it is, and the "
        + "highest score makes fewer errors in all than any other rule where the images to come have the class shares of the training data.";

    /// <summary>License and hash of the pretrained weights.</summary>
    internal static string Weights(ModelManifest manifest) => $"{License(manifest)}, SHA-256 {manifest.WeightsHash}";

    /// <summary>The license of the pretrained weights, as a part of a sentence.</summary>
    internal static string License(ModelManifest manifest) => manifest.WeightsLicense is { } license ? $"{license} license" : "license with their source";

    /// <summary>What the pretrained weights are, where their hash is known; else null.</summary>
    internal static string? WeightsName(ModelManifest manifest) => KnownNetworks.OfHash(manifest.WeightsHash)?.Name;

    public static string Write(ModelManifest manifest)
    {
        StringBuilder text = new();
        text.Append("# Model card\n\n> ").Append(MedicalNotice).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- Task: one of {manifest.Labels.Count} classes for an image: {string.Join(", ", manifest.Labels)}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Network: {manifest.Backbone}, input {manifest.Width}×{manifest.Height} RGB, "
            + $"{manifest.Preprocessing.Resize}, {manifest.Preprocessing.Filter} "
            + $"filter"
            + $"{(manifest.Preprocessing.ColorConstancy is "none" or null ? ""
                : $", color constancy {manifest.Preprocessing.ColorConstancy} inside the network")}\n");
        if (manifest.TestTimeAugmentation > 1)
            text.Append(CultureInfo.InvariantCulture, $"- Scores: the mean over {manifest.TestTimeAugmentation} views of the image "
                + $"(mirrored{(manifest.TestTimeAugmentation == 8 ? ", turned" : "")}); readers of the network alone give the scores of the image as it is\n");
        text.Append($"- Predicted class: {Decision(manifest)}. {WhichRule}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"- Pretrained weights: {(manifest.WeightsHash is null ? "none, trained from scratch" : Weights(manifest))}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Made with SkinClassifier {manifest.ProductVersion}, seed {manifest.Seed}\n\n");
        if (manifest.TrainedOn.Count > 0)
        {
            text.Append("## Trained on\n\n| class | images |\n|---|---:|\n");
            foreach ((string label, int count) in manifest.TrainedOn.OrderBy(p => p.Key, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"| {label.Replace("|", "\\|")} | {count} |\n");
            text.Append('\n');
        }
        if (manifest.Metrics.Count > 0)
        {
            text.Append("## Measured on images that were not trained on\n\n| metric | value |\n|---|---:|\n");
            foreach ((string metric, double value) in manifest.Metrics.OrderBy(p => p.Key, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"| {metric} | {value:0.####} |\n");
            text.Append('\n');
        }
        text.Append("## Limits\n\nScores hold for images like those it was trained on: same kind of camera, lighting, skin tones and diseases. An "
            + "image of anything else still gets one of the classes. Check it on your own images before use.\n");
        return text.ToString();
    }

    /// <summary>The rule of a model in words.</summary>
    internal static string Decision(ModelManifest manifest)
    {
        ModelDecision decision = manifest.Decision;
        string how = decision.Rule switch
        {
            "balanced" => string.Create(CultureInfo.InvariantCulture,
                $"balanced, the largest p / prior^{decision.Exponent ?? ModelDecision.UsualExponent:0.##}, prior being the class shares of the training data"),
            "costs" => "the smallest expected cost",
            "thresholds" => $"thresholds{(decision.Target is { } target ? $" for {target}" : "")}, the largest p / threshold",
            _ => "the highest score",
        };
        return decision.Rule is "score" or "costs" || decision.ChosenOn is not { } images ? how : $"{how} (chosen on: {images})";
    }
}
