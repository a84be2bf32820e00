using System.Text.Encodings.Web;
using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Explanations;

namespace SkinClassifier.Training.Output;

/// <summary>The output folder of `explain`: names for the files of each image, and the lists of all at the end.</summary>
internal sealed class ExplanationFolder(string folder)
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly HashSet<string> _names = new(["explanations"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Path of a file in the folder.</summary>
    public string File(string name) => Path.Combine(folder, name);

    /// <summary>
    /// A name without ending for the files of an image: the image's own, with -2, -3 and so on where an earlier image of this run has it.
    /// Names that differ only in upper and lower case count as the same.
    /// </summary>
    public string NameFor(string image)
    {
        string name = Path.GetFileNameWithoutExtension(image);
        string own = name;
        for (int i = 2; !_names.Add(own); i++)
            own = $"{name}-{i}";
        return own;
    }

    /// <summary>Why an image or folder must not be explained into this folder; null when it may.</summary>
    /// <param name="input">An image, or a folder of images.</param>
    public string? Refusal(string input)
    {
        if (input.Length == 0 || input.Contains('\0', StringComparison.Ordinal))
            return null;
        bool isFolder = Directory.Exists(input);
        string data = isFolder ? input : Path.GetDirectoryName(Path.GetFullPath(input)) ?? "";
        bool refused = data.Length > 0 && FolderScanner.IsInside(folder, data) && (isFolder || FolderScanner.IsInside(data, folder));
        return !refused ? null : $"{folder}: expected a folder outside of the images' folder, received "
            + $"{(isFolder ? $"one inside {input}" : $"that of {input}")}, where the heat maps would stand among the images. Name another folder with -o.";
    }

    /// <summary>Writes explanations.json and explanations.csv.</summary>
    /// <param name="model">The model file.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="rows">All images and errors, in order.</param>
    /// <param name="check">What the sanity checks found; null when they were not asked for.</param>
    public void WriteLists(string model, ExplanationOptions options, IReadOnlyList<ExplanationRow> rows, ExplanationCheckResult? check)
    {
        AtomicFile.Write(File("explanations.json"), stream =>
        {
            using Utf8JsonWriter json = new(stream, Indented);
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteString("method", ExplanationMethodNames.NameOf(options.Method));
            json.WriteString("class", options.Label);
            json.WriteString("layer", options.Layer);
            json.WriteStartArray("images");
            foreach (ExplanationRow row in rows)
                ExplanationWriter.WriteJson(json, row, options.Method);
            json.WriteEndArray();
            json.WritePropertyName("check");
            WriteCheck(json, check);
            json.WriteEndObject();
        });
        using StringWriter text = new();
        using (ExplanationWriter writer = ExplanationWriter.Create("csv", text, options.Method))
            foreach (ExplanationRow row in rows)
                writer.Write(row);
        AtomicFile.WriteText(File("explanations.csv"), text.ToString());
    }

    private static void WriteCheck(Utf8JsonWriter json, ExplanationCheckResult? check)
    {
        if (check is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteNumber("images", check.Images);
        json.WriteNumber("emptyMaps", check.EmptyMaps);
        WriteNumber(json, "finalCorrelation", check.FinalCorrelation);
        json.WriteNumber("maxCorrelation", ExplanationCheckResult.MaxCorrelation);
        json.WriteBoolean("followsWeights", check.FollowsWeights);
        json.WriteNumber("deletionImages", check.DeletionImages);
        WriteNumber(json, "deletionArea", check.DeletionImages > 0 ? check.DeletionArea : double.NaN);
        WriteNumber(json, "randomDeletionArea", check.DeletionImages > 0 ? check.RandomDeletionArea : double.NaN);
        if (check.FindsPlaces is { } finds)
            json.WriteBoolean("findsPlaces", finds);
        else
            json.WriteNull("findsPlaces");
        json.WriteBoolean("trustworthy", check.IsTrustworthy);
        json.WriteString("sentence", check.Sentence);
        json.WriteStartArray("stages");
        foreach (RandomizationStage stage in check.Stages)
        {
            json.WriteStartObject();
            json.WriteString("layer", stage.Layer);
            json.WriteNumber("randomized", stage.Randomized);
            WriteNumber(json, "correlation", stage.Correlation);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // Not every number is defined: the area where no image tells anything, a correlation of maps that are the same everywhere.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
