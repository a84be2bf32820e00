using SkinClassifier.Common;

namespace SkinClassifier.Compare.Methods;

/// <summary>All methods, in the order of the table.</summary>
internal static class MethodCatalog
{
    /// <summary>Name of the row of the library's head.</summary>
    public const string Head = "head";

    /// <summary>Name of the row of the library's fine-tuned network.</summary>
    public const string Network = "network";

    /// <summary>All methods.</summary>
    public static IReadOnlyList<Method> All { get; } =
    [
        new Method("majority", "Class frequencies", MethodInput.None),
        .. LearnerCatalog.All.Select(l => new Method($"skin+{l.Name}", $"Descriptors, {l.Title}", MethodInput.Skin, l)),
        .. LearnerCatalog.All.Select(l => new Method($"features+{l.Name}", $"Frozen features, {l.Title}", MethodInput.Features, l)),
        new Method(Head, "SkinClassifier, head on frozen features", MethodInput.Images),
        new Method(Network, "SkinClassifier, fine-tuned network", MethodInput.Images),
    ];

    /// <summary>All words that --with and --without take.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. All.SelectMany(m => m.Words).Distinct()];

    /// <summary>The methods that two lists of words leave; words that mean nothing become errors.</summary>
    /// <param name="with">Only these; empty: all.</param>
    /// <param name="without">Not these.</param>
    /// <param name="errors">Gets a sentence for every wrong word, and when nothing is left.</param>
    public static IReadOnlyList<Method> Choose(IReadOnlyList<string> with, IReadOnlyList<string> without, List<string> errors)
    {
        int before = errors.Count;
        foreach ((string option, IReadOnlyList<string> words) in new[] { ("--with", with), ("--without", without) })
            foreach (string word in words.Where(w => !Words.Contains(w, StringComparer.Ordinal)))
                errors.Add($"{option}: expected some of {string.Join(", ", Words)}, received '{word}'.{NearestWord.Question(word, Words)}");
        Method[] chosen = [.. All.Where(m => (with.Count == 0 || m.Words.Any(with.Contains)) && !m.Words.Any(without.Contains))];
        if (errors.Count == before && chosen.Length == 0)
            errors.Add("--without: expected at least one method to be left, received words that take away all of them.");
        return chosen;
    }
}
