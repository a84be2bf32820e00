using System.Text;
using System.Text.Json;
using SkinClassifier.Calibration;
using SkinClassifier.Graphs;
using SkinClassifier.Models;
using SkinClassifier.Models.MlNet;

namespace SkinClassifier.Training.Verbs;

/// <summary>What inspect tells, for programs. The fields are a contract and stand in docs/cli.md.</summary>
internal static class InspectJson
{
    /// <summary>
    /// The JSON: <paramref name="model"/> is null for a file of ML.NET, <paramref name="chain"/> for a model without the part for ML.NET, and both for
    /// an ONNX file, which alone has a <paramref name="network"/>.
    /// </summary>
    public static string Write(string path, ImageClassificationModel? model, MlNetModel? chain, InspectOnnx? network = null)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            if (model is null)
                json.WriteNull("model");
            else
                WriteModel(json, model);
            if (chain is null)
                json.WriteNull("mlNet");
            else
                WriteChain(json, chain);
            if (network is null)
                json.WriteNull("onnx");
            else
                network.Write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteModel(Utf8JsonWriter json, ImageClassificationModel model)
    {
        ModelManifest manifest = model.Manifest;
        json.WriteStartObject("model");
        json.WriteString("formatVersion", manifest.FormatVersion);
        json.WriteString("productVersion", manifest.ProductVersion);
        json.WriteStartObject("network");
        json.WriteString("entry", manifest.Network);
        json.WriteString("backbone", manifest.Backbone);
        json.WriteNumber("nodes", model.Network.Nodes.Count);
        json.WriteNumber("weights", model.Network.ParameterCount());
        json.WriteString("pretrainedSha256", manifest.WeightsHash);
        json.WriteEndObject();
        WriteInput(json, manifest);
        json.WriteStartObject("output");
        json.WriteString("name", ImageClassificationModel.OutputName);
        json.WriteNumber("classes", model.Labels.Count);
        json.WriteNumber("temperature", manifest.Temperature);
        json.WriteEndObject();
        json.WriteNumber("testTimeAugmentation", manifest.TestTimeAugmentation);
        WriteDecision(json, manifest.Decision);
        json.WritePropertyName("policy");
        json.WriteRawValue(model.Policy is { } policy ? PolicyFile.Write(policy) : "null"u8);
        json.WriteNumber("seed", manifest.Seed);
        json.WriteStartArray("labels");
        foreach (string label in model.Labels)
        {
            json.WriteStartObject();
            json.WriteString("label", label);
            if (manifest.TrainedOn.TryGetValue(label, out int count))
                json.WriteNumber("trainingImages", count);
            else
                json.WriteNull("trainingImages");
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("metrics");
        foreach ((string name, double value) in manifest.Metrics.OrderBy(m => m.Key, StringComparer.Ordinal))
            if (double.IsFinite(value))
                json.WriteNumber(name, value);
            else
                json.WriteNull(name);
        json.WriteEndObject();
        json.WriteStartObject("options");
        foreach ((string name, string value) in manifest.Options.OrderBy(o => o.Key, StringComparer.Ordinal))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, ModelDecision decision)
    {
        json.WriteStartObject("decision");
        json.WriteString("rule", decision.Rule);
        json.WriteString("target", decision.Target);
        json.WriteString("chosenOn", decision.ChosenOn);
        WriteNumbers(json, "prior", decision.Prior);
        if (decision.Exponent is { } exponent)
            json.WriteNumber("exponent", exponent);
        else
            json.WriteNull("exponent");
        if (decision.Costs is null)
            json.WriteNull("costs");
        else
        {
            json.WriteStartArray("costs");
            foreach (IReadOnlyList<double> row in decision.Costs)
                WriteNumbers(json, null, row);
            json.WriteEndArray();
        }
        WriteNumbers(json, "thresholds", decision.Thresholds);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, IReadOnlyList<double>? values)
    {
        if (name is not null)
            json.WritePropertyName(name);
        if (values is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartArray();
        foreach (double value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteInput(Utf8JsonWriter json, ModelManifest manifest)
    {
        ModelPreprocessing steps = manifest.Preprocessing;
        json.WriteStartObject("input");
        json.WriteString("name", ImageClassificationModel.InputName);
        json.WriteNumber("width", manifest.Width);
        json.WriteNumber("height", manifest.Height);
        json.WriteString("colorOrder", steps.ColorOrder);
        json.WriteBoolean("exifOrientation", steps.ExifOrientation);
        json.WriteString("resize", steps.Resize);
        json.WriteString("filter", steps.Filter);
        json.WriteBoolean("reducedDecoding", steps.ReducedDecoding);
        json.WriteString("colorConstancy", steps.ColorConstancy);
        json.WriteEndObject();
    }

    private static void WriteChain(Utf8JsonWriter json, MlNetModel chain)
    {
        json.WriteStartObject("mlNet");
        json.WriteString("version", chain.Version);
        json.WriteString("architecture", chain.Architecture);
        WriteList(json, "inputColumns", chain.InputColumns);
        WriteList(json, "labels", chain.Labels);
        WriteParts(json, chain.Parts);
        json.WriteEndObject();
    }

    private static void WriteParts(Utf8JsonWriter json, IReadOnlyList<MlNetPart> parts)
    {
        json.WriteStartArray("parts");
        foreach (MlNetPart part in parts)
        {
            json.WriteStartObject();
            json.WriteString("path", part.Path);
            json.WriteString("signature", part.Signature);
            json.WriteString("loader", part.Loader);
            json.WriteString("assembly", part.Assembly);
            json.WriteString("versionWritten", part.VersionWritten.ToString("X"));
            json.WriteString("versionReadable", part.VersionReadable.ToString("X"));
            WriteList(json, "details", part.Details);
            WriteList(json, "labels", part.Labels);
            json.WriteStartArray("streams");
            foreach (MlNetStream stream in part.Streams)
            {
                json.WriteStartObject();
                json.WriteString("name", stream.Name);
                json.WriteNumber("bytes", stream.Bytes);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            WriteParts(json, part.Parts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>An array of texts.</summary>
    public static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
