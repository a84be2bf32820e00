namespace SkinClassifier.Metrics;

/// <summary>
/// Classes and what stands above them, for example malignant above mel. At level 1 every class is replaced by its parent, at level 2 by the parent of that, and
/// so on; what has no parent stays. The probability of a parent is the sum of its children's. Immutable.
/// </summary>
public sealed class ClassHierarchy
{
    private readonly Dictionary<string, string> _parents;

    /// <summary>A hierarchy of pairs.</summary>
    /// <param name="name">What it is called in reports, for example a file's name.</param>
    /// <param name="parents">Child and parent; a child stands there once.</param>
    /// <exception cref="ArgumentException">No pairs, an empty name, a child with two parents, or a circle.</exception>
    public ClassHierarchy(string name, IEnumerable<KeyValuePair<string, string>> parents)
    {
        ArgumentNullException.ThrowIfNull(parents);
        (Name, _parents) = (name, new Dictionary<string, string>(StringComparer.Ordinal));
        foreach ((string child, string parent) in parents)
            if (child.Length == 0 || parent.Length == 0 || !_parents.TryAdd(child, parent))
                throw new ArgumentException($"{name}: expected every class once with one parent, received '{child}' under '{parent}'"
                    + $"{(_parents.TryGetValue(child, out string? other) ? $" and under '{other}'" : "")}. Correct the table.", nameof(parents));
        if (_parents.Count == 0)
            throw new ArgumentException($"{name}: expected pairs of a class and its parent, received none.", nameof(parents));
        foreach (string child in _parents.Keys)
            if (Chain(child).Take(_parents.Count + 2).Count() > _parents.Count + 1)
                throw new ArgumentException($"{name}: expected parents above their children, received a circle through '{child}'. Correct the table.",
                    nameof(parents));
    }

    /// <summary>
    /// Benign and malignant above the classes of HAM10000 and of the ISIC challenges 2018 and 2019, by their short names in any letter case: malignant are
    /// mel, bcc, akiec, ak and scc; benign are nv, bkl, df and vasc. akiec and ak hold actinic keratoses, which are counted as malignant as in most work on
    /// these data, because the class holds Bowen's disease too; a table of your own can say otherwise.
    /// </summary>
    public static ClassHierarchy Isic { get; } = new("isic", ((string[])["mel", "bcc", "akiec", "ak", "scc"])
        .Select(c => KeyValuePair.Create(c, "malignant")).Concat(((string[])["nv", "bkl", "df", "vasc"]).Select(c => KeyValuePair.Create(c, "benign"))))
    { IgnoresCase = true };

    /// <summary>What it is called in reports.</summary>
    public string Name { get; }

    private bool IgnoresCase { get; init; }

    /// <summary>Whether it is made for these classes: each has a parent, and they have fewer parents than there are classes, and more than one.</summary>
    public bool Fits(IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        string[] parents = [.. labels.Select(l => ParentOf(l) ?? "").Distinct()];
        return !parents.Contains("") && parents.Length > 1 && parents.Length < labels.Count;
    }

    /// <summary>
    /// Metrics at every level above the classes, the lowest first; a level at which all classes are one is left out. The predicted class of a level is the
    /// parent of the predicted class, so that no image is predicted as one class and as the parent of another.
    /// </summary>
    /// <param name="metrics">Metrics of the classes.</param>
    /// <exception cref="ArgumentException">The hierarchy names none of the classes.</exception>
    public IReadOnlyList<HierarchyLevel> Levels(ImageClassificationMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        IReadOnlyList<string> labels = metrics.Labels;
        if (labels.All(l => ParentOf(l) is null))
            throw new ArgumentException($"{Name}: expected a class of the model as child ({string.Join(", ", labels)}), received "
                + $"{string.Join(", ", _parents.Keys.Take(8))}{(_parents.Count > 8 ? ", …" : "")}. Use the model's names.", nameof(metrics));
        string[][] chains = [.. labels.Select(l => Chain(l).ToArray())];
        List<HierarchyLevel> levels = [];
        for (int level = 1; level < chains.Max(c => c.Length); level++)
        {
            string[] parents = [.. chains.Select(c => c[Math.Min(level, c.Length - 1)])];
            if (parents.Distinct().Count() < 2)
                break;
            levels.Add(HierarchyLevel.Of(level, metrics, parents));
        }
        return levels;
    }

    private string? ParentOf(string label) => _parents.GetValueOrDefault(IgnoresCase ? label.ToLowerInvariant() : label);

    /// <summary>The class, its parent, the parent of that, …</summary>
    private IEnumerable<string> Chain(string label)
    {
        for (string? at = label; at is not null; at = ParentOf(at))
            yield return at;
    }
}
