using System.Collections.Concurrent;
using SkinClassifier.Imaging;

namespace SkinClassifier.Data.Augmentations;

/// <summary>All augmentations that a list may name. A new one is one file and one line here.</summary>
internal static class AugmentationCatalog
{
    private static readonly SortedDictionary<string, Entry> Entries = new(StringComparer.Ordinal)
    {
        ["brightness"] = new(1, p => new Brightness(p)),
        ["color_cast"] = new(1, p => new ColorCast(p)),
        ["contrast"] = new(1, p => new Contrast(p)),
        ["flip_horizontal"] = new(0.5, p => new FlipHorizontal(p)),
        ["flip_vertical"] = new(0.5, p => new FlipVertical(p)),
        ["gaussian_blur"] = new(0.2, p => new GaussianBlur(p)),
        ["gray"] = new(0.1, p => new Gray(p)),
        ["hair"] = new(0.3, p => new Hair(p)),
        ["hue"] = new(1, p => new Hue(p)),
        ["jpeg"] = new(0.2, p => new JpegArtifacts(p)),
        ["noise"] = new(0.3, p => new Noise(p)),
        ["quarter_turns"] = new(1, p => new QuarterTurns(p)),
        ["rand_augment"] = new(1, p => new RandAugment(p)),
        ["random_erasing"] = new(0.25, p => new RandomErasing(p)),
        ["random_resized_crop"] = new(1, p => new RandomResizedCrop(p)),
        ["rotation"] = new(1, p => new Rotation(p)),
        ["ruler"] = new(0.15, p => new Ruler(p)),
        ["saturation"] = new(1, p => new Saturation(p)),
        ["shades_of_gray"] = new(1, p => new ShadesOfGray(p)),
        ["sharpness"] = new(0.3, p => new Sharpness(p)),
        ["shear"] = new(1, p => new Shear(p)),
        ["shift"] = new(1, p => new Shift(p)),
        ["vignette"] = new(0.2, p => new Vignette(p)),
        ["zoom"] = new(1, p => new Zoom(p)),
    };

    private static readonly ConcurrentDictionary<string, Entry> Registered = new(StringComparer.Ordinal);

    /// <summary>The built-in names, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Entries.Keys;

    /// <summary>The built-in names, then those that the program registered, each in ordinal order.</summary>
    public static IEnumerable<string> Known => Entries.Keys.Concat(Registered.Keys.Order(StringComparer.Ordinal));

    /// <summary>Adds a type for the life of the program; false: there is one of that name.</summary>
    public static bool TryRegister(string name, double probability, Func<RgbImage, Random, RgbImage> change) =>
        !Entries.ContainsKey(name) && Registered.TryAdd(name, new Entry(probability, p => new OwnAugmentation(name, p, change)));

    internal static bool TryGet(string name, out Entry entry) => Entries.TryGetValue(name, out entry) || Registered.TryGetValue(name, out entry);

    /// <summary>How often the augmentation runs unless the list says otherwise, and what makes it from its parameters.</summary>
    internal readonly record struct Entry(double Probability, Func<AugmentationParameters, Augmentation> Create);
}
