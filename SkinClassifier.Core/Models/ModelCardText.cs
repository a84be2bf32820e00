using System.Globalization;
using System.Text;

namespace SkinClassifier.Models;

/// <summary>The short model card that every model.zip has: what the manifest knows, and what the model is not for.</summary>
internal static class ModelCardText
{
    /// <summary>What every host says about medical use.</summary>
    internal const string MedicalNotice = "For research and decision support only. This is not a medical device and gives no diagnosis; a person with medical training must decide.";

    public static string Write(ModelManifest manifest)
    {
        StringBuilder text = new();
        text.Append("# Model card\n\n> ").Append(MedicalNotice).Append("\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- Task: one of {manifest.Labels.Count} classes for a picture: {string.Join(", ", manifest.Labels)}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Network: {manifest.Backbone}, input {manifest.Width}×{manifest.Height} RGB, {manifest.Preprocessing.Resize}, {manifest.Preprocessing.Filter} filter{(manifest.Preprocessing.ColorConstancy is "none" or null ? "" : $", colour constancy {manifest.Preprocessing.ColorConstancy} inside the network")}\n");
        if (manifest.TestTimeAugmentation > 1)
            text.Append(CultureInfo.InvariantCulture, $"- Scores: the mean over {manifest.TestTimeAugmentation} views of the picture (mirrored{(manifest.TestTimeAugmentation == 8 ? ", turned" : "")}); readers of the network alone give the scores of the picture as it is\n");
        text.Append(CultureInfo.InvariantCulture, $"- Pretrained weights: {(manifest.WeightsHash is null ? "none, trained from scratch" : "SHA-256 " + manifest.WeightsHash)}\n");
        text.Append(CultureInfo.InvariantCulture, $"- Made with SkinClassifier {manifest.ProductVersion}, seed {manifest.Seed}\n\n");
        if (manifest.TrainedOn.Count > 0)
        {
            text.Append("## Trained on\n\n| class | pictures |\n|---|---:|\n");
            foreach ((string label, int count) in manifest.TrainedOn.OrderBy(p => p.Key, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"| {label.Replace("|", "\\|")} | {count} |\n");
            text.Append('\n');
        }
        if (manifest.Metrics.Count > 0)
        {
            text.Append("## Measured on pictures that were not trained on\n\n| figure | value |\n|---|---:|\n");
            foreach ((string figure, double value) in manifest.Metrics.OrderBy(p => p.Key, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"| {figure} | {value:0.####} |\n");
            text.Append('\n');
        }
        text.Append("## Limits\n\nScores hold for pictures like those it was trained on: same kind of camera, lighting, skin tones and diseases. A picture of anything else still gets one of the classes. Check it on your own pictures before use.\n");
        return text.ToString();
    }
}
