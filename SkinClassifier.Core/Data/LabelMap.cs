using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Other names for the classes of a dataset: a CSV file with the columns from and to. A class with an empty "to" is left out.</summary>
internal sealed class LabelMap
{
    private readonly Dictionary<string, string> _to = new(StringComparer.Ordinal);

    private LabelMap(string name) => Name = name;

    /// <summary>The file's name.</summary>
    public string Name { get; }

    /// <summary>Reads the file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidContentException">It is no such table.</exception>
    public static LabelMap Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        (int from, int to) = (table.IndexOf("from"), table.IndexOf("to"));
        if (from < 0 || to < 0)
            throw new InvalidContentException($"{path}: expected the columns from and to, received {string.Join(", ", table.Columns)}. Add the header "
                + $"line from,to.");
        LabelMap map = new(Path.GetFileName(path));
        foreach (string[] row in table.Rows)
            if (!map._to.TryAdd(CanonicalForm.Of(row[from].Trim()), CanonicalForm.Of(row[to].Trim())))
                throw new InvalidContentException($"{path}: expected every class once in the column from, received '{row[from].Trim()}' twice. Remove "
                    + $"one of the rows.");
        return map;
    }

    /// <summary>The dataset with the other names; classes that are not in the table keep theirs.</summary>
    /// <exception cref="ArgumentException">The table names a class that the dataset does not have, or leaves no image.</exception>
    public ImageDataset Apply(ImageDataset data)
    {
        string[] unknown = [.. _to.Keys.Where(k => !data.Labels.Contains(k))];
        if (unknown.Length > 0)
            throw new ArgumentException($"{Name}: expected classes of the data in the column from ({string.Join(", ", data.Labels)}), received "
                + $"{string.Join(", ", unknown)}. Correct the names.");
        string[] names = [.. data.Labels.Select(l => _to.GetValueOrDefault(l, l))];
        string[] labels = [.. names.Where(n => n.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        ImageExample[] examples = [.. data.Examples.Where(e => names[e.LabelIndex].Length > 0)
            .Select(e => e.WithLabel(names[e.LabelIndex]).With(labelIndex: Array.IndexOf(labels, names[e.LabelIndex])))];
        if (examples.Length == 0)
            throw new ArgumentException($"{Name}: expected at least one class with images that keeps a name, received none. Fill the column to.");
        return new ImageDataset(data.Folder, labels, examples, data.Skipped, data.Warnings) { MetadataFiles = data.MetadataFiles };
    }
}
