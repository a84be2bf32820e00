using System.Globalization;
using System.Text.Json;
using SkinClassifier.Backbones.Weights;
using SkinClassifier.Common;
using SkinClassifier.Graphs;
using SkinClassifier.Onnx;

namespace SkinClassifier.Backbones;

/// <summary>
/// What an ONNX file says about the images that its network takes, or what is known about the file. In this order: metadata that
/// <c>export</c> wrote (<see cref="NetworkMetadata"/>); a known file, found by its SHA-256; metadata of Ultralytics (names, imgsz, task);
/// an input whose elements are declared as uint8, which takes 0 to 255. What nothing says is null.
/// </summary>
/// <param name="Source">Where it comes from, for people: "metadata of SkinClassifier", for example; "" when nothing is known.</param>
internal sealed record NetworkFacts(string Source)
{
    /// <summary>How the values 0 to 255 are normalized before the network.</summary>
    public Normalization? Normalization { get; init; }

    /// <summary>Class names in the order of the scores.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Width and height of the images in pixels.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>"crop", "stretch" or "pad".</summary>
    public string? Resize { get; init; }

    /// <summary>"triangle", "cubic" or "nearest".</summary>
    public string? Filter { get; init; }

    /// <summary>Whether large JPEG files are decoded smaller before they are resized.</summary>
    public bool ReducedDecoding { get; init; }

    /// <summary>How many views of an image are averaged.</summary>
    public int? Views { get; init; }

    /// <summary>Whether the scores are probabilities that sum to 1.</summary>
    public bool HasProbabilities { get; init; }

    /// <summary>Reads what <paramref name="model"/> says and looks the file at <paramref name="path"/> up among the known ones.</summary>
    /// <exception cref="InvalidContentException">The metadata are damaged.</exception>
    /// <exception cref="UnsupportedContentException">The metadata say that the network does something else than to classify images.</exception>
    public static NetworkFacts Of(OnnxModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Own(model.Metadata, path)
            ?? (KnownNetworks.Find(path) is { } known ? Known(known) : null)
            ?? Ultralytics(model.Metadata, path)
            ?? Undeclared(model);
    }

    /// <summary>What stands in a file that says neither its task nor who wrote it: names and size; never a guessed normalization.</summary>
    private static NetworkFacts Undeclared(OnnxModel model)
    {
        NetworkFacts facts = model.InputElementType == "uint8" ? new("an input declared as uint8") { Normalization = Normalization.None } : new("");
        return facts with
        {
            Labels = model.Metadata.TryGetValue("names", out string? names) ? PythonNames.Parse(names) : null,
            Size = model.Metadata.TryGetValue("imgsz", out string? sides) ? SizeOf(sides) : null,
        };
    }

    private static (int, int)? SizeOf(string sides) => PythonNames.Numbers(sides) switch
    {
        [int side] when IsSide(side) => (side, side),
        [int height, int width] when IsSide(height) && IsSide(width) => (width, height),
        _ => null,
    };

    private static NetworkFacts Known(KnownNetwork known) =>
        new($"the known file {known.Name}") { Normalization = known.Normalization, Size = (known.InputSize, known.InputSize) };

    private static NetworkFacts? Own(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.ContainsKey(NetworkMetadata.Version))
            return null;
        Normalization? normalization = null;
        if (metadata.TryGetValue(NetworkMetadata.Normalization, out string? text) && !Normalization.TryParse(text, out normalization))
            throw Damaged(path, NetworkMetadata.Normalization, "none or MEAN/STD", text);
        NetworkFacts facts = new("metadata of SkinClassifier")
        {
            Normalization = normalization,
            Labels = Read(metadata, NetworkMetadata.Labels, path, "a JSON array of texts", json => json.EnumerateArray().Select(l => l.GetString()!).ToArray()),
            HasProbabilities = metadata.GetValueOrDefault(NetworkMetadata.Scores) == "probabilities",
            Views = metadata.TryGetValue(NetworkMetadata.Views, out string? views)
                ? views is "1" or "2" or "4" or "8" ? views[0] - '0' : throw Damaged(path, NetworkMetadata.Views, "1, 2, 4 or 8", views)
                : null,
        };
        return Read(metadata, NetworkMetadata.Input, path, "a JSON object with width, height, resize and filter", json => facts with
        {
            Size = (Side(json, "width"), Side(json, "height")),
            Resize = Choice(json, "resize", "crop", "stretch", "pad"),
            Filter = Choice(json, "filter", "triangle", "cubic", "nearest"),
            ReducedDecoding = json.TryGetProperty("reducedDecoding", out JsonElement reduced) && reduced.GetBoolean(),
        }) ?? facts;
    }

    private static NetworkFacts? Ultralytics(IReadOnlyDictionary<string, string> metadata, string path)
    {
        if (!metadata.TryGetValue("task", out string? task) || !metadata.TryGetValue("names", out string? names) && !metadata.ContainsKey("imgsz"))
            return null;
        if (task != "classify")
            throw new UnsupportedContentException(
                $"{path}: its metadata say that its task is '{task}'. Expected classify: a network that gives one score per class for the whole image.");
        (int, int)? size = null;
        if (metadata.TryGetValue("imgsz", out string? sides))
            size = SizeOf(sides) ?? throw Damaged(path, "imgsz", "one or two lengths in pixels", sides);
        return new NetworkFacts("metadata of Ultralytics")
        {
            Labels = names is null ? null
                : PythonNames.Parse(names) ?? throw Damaged(path, "names", "numbers from 0 on with a name each, such as {0: 'a', 1: 'b'}", names),
            Size = size,
            Normalization = Normalization.ZeroToOne,
            Resize = "crop",
        };
    }

    private static T? Read<T>(IReadOnlyDictionary<string, string> metadata, string key, string path, string expected, Func<JsonElement, T> read) where T : class
    {
        if (!metadata.TryGetValue(key, out string? text))
            return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Damaged(path, key, expected, text, e);
        }
    }

    private static int Side(JsonElement json, string name) =>
        json.GetProperty(name).GetInt32() is int side && IsSide(side) ? side : throw new FormatException(name);

    private static string Choice(JsonElement json, string name, params ReadOnlySpan<string> allowed) =>
        json.GetProperty(name).GetString() is string value && allowed.Contains(value) ? value : throw new FormatException(name);

    private static bool IsSide(int side) => side is >= 1 and <= 16384;

    private static InvalidContentException Damaged(string path, string key, string expected, string received, Exception? inner = null) =>
        new(string.Create(CultureInfo.InvariantCulture,
            $"{path}: metadata '{key}': expected {expected}, received '{(received.Length > 200 ? received[..200] + "…" : received)}'. Remove or "
                + $"correct it, or export the file again."), inner);
}
