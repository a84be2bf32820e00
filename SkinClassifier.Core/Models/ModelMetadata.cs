using System.Globalization;
using System.Text.Json;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Onnx;

namespace SkinClassifier.Models;

/// <summary>
/// The metadata_props of an exported model (<see cref="NetworkMetadata"/>): what a reader needs besides the network, and what one may do with it.
/// </summary>
internal static class ModelMetadata
{
    private const string DecisionKey = "skinclassifier.decision";
    private static readonly ManifestJson Compact = new(new JsonSerializerOptions(ManifestJson.Default.Options) { WriteIndented = false });

    /// <summary>The decision rule that a file's metadata name, where it fits the labels; else the highest score.</summary>
    /// <exception cref="UnsupportedContentException">A later release wrote it.</exception>
    public static ModelDecision DecisionOf(IReadOnlyDictionary<string, string> metadata, int classes, string where)
    {
        try
        {
            if (!metadata.TryGetValue(DecisionKey, out string? json) || JsonSerializer.Deserialize(json, Compact.ModelDecision) is not { } decision)
                return new ModelDecision();
            if (!decision.IsKnown)
                throw new UnsupportedContentException($"{where}: {DecisionKey}: expected {ModelDecision.KnownRules}, received \"{decision.Rule}\". "
                    + "Update SkinClassifier to read it.");
            return decision.Errors(classes).Any() || decision is { Rule: "balanced", Prior: null } ? throw new InvalidContentException(
                $"{where}: {DecisionKey}: expected a rule for {classes} classes, received {json}. The file is damaged or was changed.") : decision;
        }
        catch (JsonException error)
        {
            throw new InvalidContentException($"{where}: {DecisionKey}: expected JSON, received something else ({error.Message}).", error);
        }
    }

    /// <summary>Export options whose metadata hold what the model says; entries that the caller gave stay.</summary>
    public static OnnxExportOptions For(ImageClassificationModel model, OnnxExportOptions? options)
    {
        options ??= new OnnxExportOptions();
        Dictionary<string, string> metadata = Of(model.Manifest);
        foreach ((string key, string value) in options.Metadata)
            metadata[key] = value;
        return options with { Metadata = metadata };
    }

    private static Dictionary<string, string> Of(ModelManifest manifest)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal)
        {
            [NetworkMetadata.Version] = manifest.ProductVersion,
            [NetworkMetadata.Labels] = Json(json =>
            {
                json.WriteStartArray();
                foreach (string label in manifest.Labels)
                    json.WriteStringValue(label);
                json.WriteEndArray();
            }),
            [NetworkMetadata.Input] = Json(json => WriteInput(json, manifest)),
            [NetworkMetadata.Normalization] = "none",
            [NetworkMetadata.Scores] = "probabilities",
            [NetworkMetadata.Views] = manifest.TestTimeAugmentation.ToString(CultureInfo.InvariantCulture),
            [NetworkMetadata.License] = License(manifest),
            [DecisionKey] = JsonSerializer.Serialize(manifest.Decision.WithPrior(manifest), Compact.ModelDecision),
        };
        if (manifest.Preprocessing.Mean is { Count: > 0 } mean && manifest.Preprocessing.Std is { Count: > 0 } std)
            metadata[NetworkMetadata.NormalizationInside] = $"{Numbers(mean)}/{Numbers(std)}";
        if (manifest.Backbone is { Length: > 0 } backbone)
            metadata[NetworkMetadata.Backbone] = backbone;
        if (manifest.WeightsHash is { Length: > 0 } hash)
            metadata[NetworkMetadata.Weights] = hash;
        return metadata;
    }

    private static void WriteInput(Utf8JsonWriter json, ModelManifest manifest)
    {
        json.WriteStartObject();
        json.WriteNumber("width", manifest.Width);
        json.WriteNumber("height", manifest.Height);
        json.WriteString("colorOrder", manifest.Preprocessing.ColorOrder);
        json.WriteString("range", "0-255");
        json.WriteBoolean("exifOrientation", manifest.Preprocessing.ExifOrientation);
        json.WriteString("resize", manifest.Preprocessing.Resize);
        json.WriteString("filter", manifest.Preprocessing.Filter);
        json.WriteBoolean("reducedDecoding", manifest.Preprocessing.ReducedDecoding);
        json.WriteString("alpha", "white");
        json.WriteEndObject();
    }

    private static string License(ModelManifest manifest)
    {
        string weights = manifest.WeightsHash is null ? "The weights were trained from scratch."
            : KnownNetworks.OfHash(manifest.WeightsHash) is { } known ? $"Trained from the weights of {known.Name} ({known.License})."
            : $"Trained from pretrained weights ({manifest.Backbone}, SHA-256 {manifest.WeightsHash}), "
                + $"{(manifest.WeightsLicense is { } license ? $"under the {license} license" : "whose license is with their source")}.";
        return $"Written by SkinClassifier (MIT). {weights} Rights in the training images may hold for the weights, too. {ModelCardText.MedicalNotice}";
    }

    private static string Numbers(IReadOnlyList<float> values) => string.Join(",", values.Select(v => v.ToString(CultureInfo.InvariantCulture)));

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
            write(json);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
