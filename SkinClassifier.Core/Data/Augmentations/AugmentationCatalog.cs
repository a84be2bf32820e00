namespace SkinClassifier.Data.Augmentations;

/// <summary>All augmentations that a list may name. A new one is one file and one line here.</summary>
public static class AugmentationCatalog
{
    private static readonly SortedDictionary<string, Entry> Entries = new(StringComparer.Ordinal)
    {
        ["flip_horizontal"] = new(0.5, p => new FlipHorizontal(p)),
        ["flip_vertical"] = new(0.5, p => new FlipVertical(p)),
        ["quarter_turns"] = new(1, p => new QuarterTurns(p)),
    };

    /// <summary>The names, in ordinal order.</summary>
    public static IReadOnlyCollection<string> Names => Entries.Keys;

    internal static bool TryGet(string name, out Entry entry) => Entries.TryGetValue(name, out entry);

    /// <summary>How often the augmentation runs unless the list says otherwise, and what makes it from its parameters.</summary>
    internal readonly record struct Entry(double Probability, Func<AugmentationParameters, Augmentation> Create);
}
