using System.Globalization;
using System.Text;

namespace SkinClassifier.Data;

/// <summary>Class names that look alike: one spelling where only the Unicode form differs, a warning for those that differ in case or blanks.</summary>
internal static class ClassNames
{
    /// <summary>The examples with the canonical form of their class names; merged names become a warning.</summary>
    public static List<ImageExample> Unite(List<ImageExample> examples, List<string> warnings)
    {
        Dictionary<string, string> canonical =
            examples.Select(e => e.Label).Distinct(StringComparer.Ordinal).ToDictionary(l => l, CanonicalForm.Of, StringComparer.Ordinal);
        foreach (IGrouping<string, string> same in canonical.GroupBy(c => c.Value, c => c.Key, StringComparer.Ordinal).Where(g => g.Count() > 1)
            .OrderBy(g => g.Key, StringComparer.Ordinal))
            warnings.Add($"The class '{same.Key}' is written in {same.Count()} ways that look the same (Unicode's composed and decomposed letters; "
                + $"macOS writes decomposed ones). They are used as one class.");
        foreach (IGrouping<string, string> alike in canonical.Values.Distinct(StringComparer.Ordinal).GroupBy(Loose, StringComparer.Ordinal)
            .Where(g => g.Count() > 1).OrderBy(g => g.Key, StringComparer.Ordinal))
            warnings.Add($"The classes {string.Join(" and ", alike.Order(StringComparer.Ordinal).Select(l => $"'{l}'"))} differ only in case, spaces "
                + $"or invisible characters. They stay different classes. Rename one of them if they are the same class.");
        return canonical.All(c => c.Key == c.Value) ? examples : [.. examples.Select(e => canonical[e.Label] == e.Label ? e : e.WithLabel(canonical[e.Label]))];
    }

    /// <summary>Positions of class names, to be found by their exact name, else by the canonical form, else without blanks around them.</summary>
    public static Func<string, int?> Finder(IReadOnlyList<string> labels)
    {
        Dictionary<string, int> exact = new(StringComparer.Ordinal), canonical = new(StringComparer.Ordinal), trimmed = new(StringComparer.Ordinal);
        for (int i = 0; i < labels.Count; i++)
        {
            exact.TryAdd(labels[i], i);
            canonical.TryAdd(CanonicalForm.Of(labels[i]), i);
            trimmed.TryAdd(CanonicalForm.Of(labels[i].Trim()), i);
        }
        return label =>
            exact.TryGetValue(label, out int found) || canonical.TryGetValue(CanonicalForm.Of(label), out found)
            || trimmed.TryGetValue(CanonicalForm.Of(label.Trim()), out found) ? found : null;
    }

    private static string Loose(string label)
    {
        StringBuilder text = new(label.Length);
        foreach (char c in label)
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)
                text.Append(char.ToUpperInvariant(c));
        return text.ToString();
    }
}
