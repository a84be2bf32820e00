namespace SkinClassifier.Data;

/// <summary>
/// Joins metadata.csv to images: the column whose values name the most images (relative path, file name, or file name without extension) is the join
/// column.
/// </summary>
internal sealed class MetadataTable
{
    private readonly CsvTable _table;
    private readonly Dictionary<string, string[]> _byName;

    private MetadataTable(CsvTable table, int column)
    {
        _table = table;
        Column = table.Columns[column];
        _byName = new Dictionary<string, string[]>(table.Rows.Count, StringComparer.Ordinal);
        foreach (string[] row in table.Rows)
            if (Key(row[column]) is { Length: > 0 } key && !_byName.TryAdd(key, row))
                Repeated++;
    }

    /// <summary>The join column's name.</summary>
    public string Column { get; }

    /// <summary>Rows that name an image which an earlier row named already; the first row counts.</summary>
    public int Repeated { get; }

    /// <summary>All columns of the file.</summary>
    public IReadOnlyList<string> Columns => _table.Columns;

    /// <summary>Finds the join column; null when no column names any image.</summary>
    public static MetadataTable? Join(CsvTable table, IEnumerable<string> paths)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (string path in paths)
            foreach (string name in Names(path))
                names.Add(Key(name));
        int best = -1, bestMatches = 0;
        for (int column = 0; column < table.Columns.Count; column++)
        {
            int matches = table.Rows.Select(r => Key(r[column])).Where(names.Contains).Distinct(StringComparer.Ordinal).Count();
            if (matches > bestMatches)
                (best, bestMatches) = (column, matches);
        }
        return best < 0 ? null : new MetadataTable(table, best);
    }

    /// <summary>The row of an image; null when there is none.</summary>
    public IReadOnlyDictionary<string, string>? Find(string path)
    {
        foreach (string name in Names(path))
            if (_byName.TryGetValue(Key(name), out string[]? row))
                return _table.ToDictionary(row);
        return null;
    }

    private static IEnumerable<string> Names(string path)
    {
        yield return path;
        string file = path[(path.LastIndexOf('/') + 1)..];
        yield return file;
        int dot = file.LastIndexOf('.');
        if (dot > 0)
            yield return file[..dot];
    }

    private static string Key(string value) => CanonicalForm.Of(value.Trim().Replace('\\', '/'));
}
