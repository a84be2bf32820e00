using System.Text.Json;
using SkinClassifier.Common;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>
/// A list of random changes that makes training images more varied: every image is different in every epoch, and the same
/// seed, epoch and image number give the same result on any thread. Immutable; one object serves all threads.
/// </summary>
public sealed class AugmentationPipeline
{
    private readonly Augmentation[] _augmentations;
    private readonly Fill _fill;

    private AugmentationPipeline(string name, string json, Augmentation[] augmentations, Fill fill)
    {
        (Name, Json, _augmentations, _fill) = (name, json, augmentations, fill);
    }

    /// <summary>Name of the preset, or the name given to <see cref="FromJson"/> (a path, for example).</summary>
    public string Name { get; }

    /// <summary>The list as <see cref="FromJson"/> reads it.</summary>
    public string Json { get; }

    /// <summary>Whether <see cref="Apply"/> always returns its image unchanged.</summary>
    public bool IsIdentity => _augmentations.Length == 0;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>Names of the presets, from weak to strong.</summary>
    public static IReadOnlyList<string> PresetNames { get; } = [.. AugmentationPresets.All.Select(preset => preset.Name)];

    /// <summary>
    /// A ready-made list: "none" changes nothing; "light" flips and makes quarter turns; "standard" adds moderate turns, crops and color changes;
    /// "strong" wide ones and drawn hairs, marks and noise.
    /// </summary>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static AugmentationPipeline Preset(string name)
    {
        foreach ((string preset, string json) in AugmentationPresets.All)
            if (preset == name)
                return FromJson(json, preset);
        throw new ArgumentException(
            $"augmentation preset: expected one of {string.Join(", ", PresetNames)}, received '{name}'. Choose one of them or give a JSON file.", nameof(name));
    }

    /// <summary>
    /// Makes a change of your own known under a name that lists of <see cref="FromJson"/> may use, for the life of the program. It has no parameters but
    /// "probability"; where the list holds other changes of geometry before it, they are done first.
    /// </summary>
    /// <param name="type">The name: small letters, digits and underscores, not taken yet.</param>
    /// <param name="probability">How often an image is changed unless the list says otherwise, 0 to 1.</param>
    /// <param name="change">
    /// Gets a copy of the image, which it may change in place, and the random numbers of this image and epoch; returns the changed image, of any size.
    /// Several threads call it at once. For the same seed, the same weights, it must follow from its two arguments alone.
    /// </param>
    /// <exception cref="ArgumentException">The name is no name or taken, or the probability is out of its range.</exception>
    public static void Register(string type, double probability, Func<RgbImage, Random, RgbImage> change)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(change);
        if (type.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')))
            throw new ArgumentException($"augmentation: expected a name of small letters, digits and underscores, received '{type}'.", nameof(type));
        if (probability is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, $"augmentation {type}: expected a probability from 0 to 1.");
        if (!AugmentationCatalog.TryRegister(type, probability, change))
            throw new ArgumentException($"augmentation: expected a name that is not taken, received '{type}'. Choose another name.", nameof(type));
    }

    /// <summary>
    /// Reads a list: a JSON array of objects, each with "type" (docs/augmentation.md lists them; or one of <see cref="Register"/>), "probability" (0 to 1)
    /// and the parameters of that type; or an object with that array as "augmentations", "fill" ("reflect", the default, "nearest", "constant" or "wrap")
    /// and "fill_color" ([r, g, b], default black). Comments and trailing commas are allowed.
    /// </summary>
    /// <param name="json">The text.</param>
    /// <param name="name">Starts every message and becomes <see cref="Name"/>.</param>
    /// <exception cref="InvalidContentException">The text is no such list; the message lists all errors.</exception>
    public static AugmentationPipeline FromJson(string json, string name)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(name);
        List<string> errors = [];
        List<Augmentation> augmentations = [];
        Fill fill;
        try
        {
            using JsonDocument document =
                JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            fill = AugmentationListReader.Read(document.RootElement, augmentations, errors);
        }
        catch (JsonException error)
        {
            throw new InvalidContentException($"{name}: expected a JSON list of augmentations, received text that is not JSON: {error.Message}", error);
        }
        if (errors.Count > 0)
            throw new InvalidContentException($"{name}: the list of augmentations has {errors.Count} error{(errors.Count == 1 ? "" : "s")}. "
                + $"Correct:{string.Concat(errors.Select(error => "\n- " + error))}");
        return new AugmentationPipeline(name, json, [.. augmentations], fill);
    }

    /// <summary>The changed image; <paramref name="image"/> itself stays as it is and is returned when nothing changes.</summary>
    /// <param name="image">The decoded image. The result may have another size (quarter turns, crops).</param>
    /// <param name="seed">Seed of the training run.</param>
    /// <param name="epoch">0-based epoch.</param>
    /// <param name="imageIndex">Number of the image in the dataset, not its place in a batch.</param>
    public RgbImage Apply(RgbImage image, ulong seed, int epoch, int imageIndex)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (_augmentations.Length == 0)
            return image;
        SeededRandom random = new(seed);
        AugmentationState state = new(image, random, _fill);
        for (int i = 0; i < _augmentations.Length; i++)
        {
            random.Restart(seed, (ulong)epoch, (ulong)imageIndex, (ulong)i);
            if (random.NextDouble() < _augmentations[i].Probability)
                _augmentations[i].Apply(state);
        }
        return state.Finish();
    }
}
