using System.Text.Json;
using System.Text.Json.Serialization;
using SkinClassifier.Common;

namespace SkinClassifier.Models;

/// <summary>How an image becomes the network's input; only these steps are the reader's work, all else is inside the network.</summary>
public sealed record ModelPreprocessing
{
    /// <summary>Order of the color planes; always "RGB".</summary>
    public string ColorOrder { get; init; } = "RGB";

    /// <summary>Whether the orientation that EXIF says (XMP where EXIF says none) is applied before resizing; always true.</summary>
    public bool ExifOrientation { get; init; } = true;

    /// <summary>
    /// What transparent pixels are laid over; always "white". Other programs multiply by alpha (black) or ignore it, which gives other pixels.
    /// </summary>
    public string Transparency { get; init; } = "white";

    /// <summary>What becomes of samples of 16 bits; always "upper-8-bits".</summary>
    public string SixteenBitSamples { get; init; } = "upper-8-bits";

    /// <summary>What is done with color profiles (ICC), for example Display P3; always "ignored": samples are used as they are stored.</summary>
    public string ColorProfiles { get; init; } = "ignored";

    /// <summary>"crop", "stretch" or "pad".</summary>
    public string Resize { get; init; } = "crop";

    /// <summary>"triangle", "cubic" or "nearest".</summary>
    public string Filter { get; init; } = "triangle";

    /// <summary>"none" or "shades-of-gray", done inside the network before the mean is subtracted; for information.</summary>
    public string ColorConstancy { get; init; } = "none";

    /// <summary>Whether large JPEG files are decoded at 1/2, 1/4 or 1/8 of their size before they are resized; false where the field is absent.</summary>
    public bool ReducedDecoding { get; init; }

    /// <summary>Mean subtracted inside the network, per color on the scale 0–255; for information.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [];

    /// <summary>Divisor inside the network, per color on the scale 0–255; for information.</summary>
    public IReadOnlyList<float> Std { get; init; } = [];

    /// <summary>Steps that the reader does not do: it would do others without a word.</summary>
    internal IEnumerable<string> Errors()
    {
        if (Resize is not ("crop" or "stretch" or "pad"))
            yield return $"preprocessing.resize: expected crop, stretch or pad, received \"{Resize}\"";
        if (Filter is not ("triangle" or "cubic" or "nearest"))
            yield return $"preprocessing.filter: expected triangle, cubic or nearest, received \"{Filter}\"";
        if (ColorOrder != "RGB")
            yield return $"preprocessing.colorOrder: expected RGB, received \"{ColorOrder}\"";
        if (!ExifOrientation)
            yield return "preprocessing.exifOrientation: expected true, received false or nothing";
        if (Transparency != "white" || SixteenBitSamples != "upper-8-bits" || ColorProfiles != "ignored")
            yield return "preprocessing: expected transparency white, sixteenBitSamples upper-8-bits and colorProfiles ignored, "
                + $"received \"{Transparency}\", \"{SixteenBitSamples}\" and \"{ColorProfiles}\"";
    }
}

/// <summary>
/// The content of manifest.json in model.zip: everything that a reader must know besides the network, and where it came from.
/// Holds no paths, thread counts or clock times, so that the same training gives the same bytes.
/// </summary>
public sealed record ModelManifest
{
    /// <summary>Version of the file format, "major.minor". Readers refuse a newer major version.</summary>
    public string FormatVersion { get; init; } = "1.0";

    /// <summary>Version of the library that wrote the file.</summary>
    public string ProductVersion { get; init; } = typeof(ModelManifest).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Zip entry that holds the network as ONNX.</summary>
    public string Network { get; init; } = "network.onnx";

    /// <summary>Class names in the order of the scores.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Input width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Input height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Steps from image to input.</summary>
    public ModelPreprocessing Preprocessing { get; init; } = new();

    /// <summary>Name of the backbone, for example "mobilenet_v2", or the name of the ONNX file it came from.</summary>
    public string Backbone { get; init; } = "";

    /// <summary>SHA-256 of the file with the pretrained weights, lower-case hexadecimal; null when trained from scratch.</summary>
    public string? WeightsHash { get; init; }

    /// <summary>License of the pretrained weights, for example "MIT"; null where it is not known, and when trained from scratch.</summary>
    public string? WeightsLicense { get; init; }

    /// <summary>Number of training images per class name.</summary>
    public IReadOnlyDictionary<string, int> TrainedOn { get; init; } = new Dictionary<string, int>();

    /// <summary>Seed of the training.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Softmax temperature inside the network; 1 when none was fitted.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Views of an image whose probabilities our readers average by default: 1 (default) the image alone, 2 and its mirror image, 4 also both upside down,
    /// 8 also quarter turns (square inputs only). The network itself knows nothing of it: other readers give the scores of the image alone.
    /// </summary>
    public int TestTimeAugmentation { get; init; } = 1;

    /// <summary>How probabilities become a class. Default: the highest score.</summary>
    public ModelDecision Decision { get; init; } = new();

    /// <summary>Metrics of the final evaluation by their names in metrics.json; empty before it.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>Options of the training by name, as text.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>The manifest as indented JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this with
    {
        TrainedOn = new SortedDictionary<string, int>(TrainedOn.ToDictionary(), StringComparer.Ordinal),
        Metrics = new SortedDictionary<string, double>(Metrics.ToDictionary(), StringComparer.Ordinal),
        Options = new SortedDictionary<string, string>(Options.ToDictionary(), StringComparer.Ordinal),
    }, ManifestJson.Default.ModelManifest);

    /// <summary>Reads and checks a manifest.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <param name="where">Where it comes from, for messages.</param>
    /// <exception cref="InvalidContentException">Not a manifest, or a value is out of its range.</exception>
    /// <exception cref="UnsupportedContentException">Written by a newer major version of the format.</exception>
    public static ModelManifest FromJson(ReadOnlySpan<byte> json, string where)
    {
        ModelManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(json, ManifestJson.Default.ModelManifest)
                ?? throw new InvalidContentException($"{where}: expected a JSON object, received null. The model file is damaged; save it again.");
        }
        catch (JsonException error)
        {
            throw new InvalidContentException($"{where}: expected the JSON of a model manifest, received something else ({error.Message}). The model "
                + $"file is damaged or not made by SkinClassifier.", error);
        }
        manifest = manifest.WithoutNulls();
        manifest.Check(where);
        return manifest;
    }

    /// <summary>
    /// A field that is null counts as absent; a file that does not name a number of views is read as 0. Preprocessing stays null:
    /// guessed steps would give other scores.
    /// </summary>
    private ModelManifest WithoutNulls() => this with
    {
        TestTimeAugmentation = TestTimeAugmentation == 0 ? 1 : TestTimeAugmentation,
        ProductVersion = ProductVersion ?? "",
        Backbone = Backbone ?? "",
        Decision = Decision is null ? new() : Decision with { Rule = Decision.Rule ?? new ModelDecision().Rule },
        TrainedOn = TrainedOn ?? new Dictionary<string, int>(),
        Metrics = Metrics ?? new Dictionary<string, double>(),
        Options = Options ?? new Dictionary<string, string>(),
        Preprocessing = Preprocessing is null ? null! : Preprocessing with
        {
            Transparency = Preprocessing.Transparency ?? "white",
            SixteenBitSamples = Preprocessing.SixteenBitSamples ?? "upper-8-bits",
            ColorProfiles = Preprocessing.ColorProfiles ?? "ignored",
            ColorConstancy = Preprocessing.ColorConstancy ?? "none",
            Mean = Preprocessing.Mean ?? [],
            Std = Preprocessing.Std ?? [],
        },
    };

    /// <summary>What is wrong with the decision rule, each as part of a sentence.</summary>
    internal IEnumerable<string> DecisionErrors()
    {
        string[] errors = [.. Decision.Errors(Labels?.Count ?? 0)];
        return errors.Length == 0 && Decision.Rule == "balanced" && Labels is not null && Decision.ToBalanced(this) is null
            ? ["decision.prior: expected the share of each class, received nothing"] : errors;
    }

    private void Check(string where)
    {
        if (!Version.TryParse(FormatVersion, out Version? version))
            throw new InvalidContentException($"{where}: expected formatVersion like \"1.0\", received \"{FormatVersion}\". The model file is damaged.");
        if (version.Major > 1)
            throw new UnsupportedContentException($"{where}: expected format version 1.x, received {FormatVersion} (written by SkinClassifier "
                + $"{ProductVersion}). Update SkinClassifier to read it.");
        if (!Decision.IsKnown)
            throw new UnsupportedContentException($"{where}: decision.rule: expected {ModelDecision.KnownRules}, received \"{Decision.Rule}\" (written by "
                + $"SkinClassifier {ProductVersion}). Update SkinClassifier to read it.");
        List<string> errors = [];
        if (Labels is null || Labels.Count < 2)
            errors.Add($"labels: expected at least 2, received {Labels?.Count ?? 0}");
        else if (Labels.Any(string.IsNullOrEmpty) || Labels.Distinct(StringComparer.Ordinal).Count() != Labels.Count)
            errors.Add("labels: expected distinct, non-empty names");
        if (Width is < 1 or > 16384 || Height is < 1 or > 16384)
            errors.Add($"width and height: expected 1 to 16384, received {Width}×{Height}");
        if (Preprocessing is null)
            errors.Add("preprocessing: expected the steps from image to input, received nothing");
        else
            errors.AddRange(Preprocessing.Errors());
        if (TestTimeAugmentationViews.Error(TestTimeAugmentation, Width, Height) is { } views)
            errors.Add($"testTimeAugmentation: {views}");
        errors.AddRange(DecisionErrors());
        if (string.IsNullOrEmpty(Network))
            errors.Add("network: expected the name of a zip entry, received nothing");
        if (errors.Count > 0)
            throw new InvalidContentException($"{where}: {string.Join("; ", errors)}. The model file is damaged or was changed by hand.");
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NewLine = "\n")]
[JsonSerializable(typeof(ModelManifest))]
[JsonSerializable(typeof(ModelDecision))]
internal sealed partial class ManifestJson : JsonSerializerContext;
