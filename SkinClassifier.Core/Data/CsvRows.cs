using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>Turns the rows of a table into images: every file once, those without file, class or agreement are listed as not used.</summary>
internal sealed class CsvRows(CsvTable table, CsvLayout layout, ImageFinder finder, DatasetBuilder builder)
{
    private readonly Dictionary<string, int> _rowOf = new(StringComparer.Ordinal);
    private readonly HashSet<string> _contradicted = new(StringComparer.Ordinal);
    private readonly List<(int Row, ImageExample Example)> _found = [];
    private int _repeated, _moved, _folds;
    private string _firstRepeated = "", _firstMoved = "";

    /// <summary>The images, in the order of the rows.</summary>
    /// <exception cref="InvalidContentException">An unknown word in the column of the sets, or several classes in one row.</exception>
    public List<ImageExample> Read(string root)
    {
        for (int i = 0; i < table.Rows.Count; i++)
            Add(root, table.Rows[i], i + 2);
        if (_repeated > 0)
            builder.Warnings.Add(
                $"{_repeated} rows name an image that an earlier row named, with the same class (first: {_firstRepeated}). Each image counts once.");
        if (_moved > 0)
            builder.Warnings.Add($"{_moved} rows put an image into another set than an earlier row did (first: {_firstMoved}). The first row counts.");
        if (_contradicted.Count > 0)
            builder.Warnings.Add($"{_contradicted.Count} images stand under several classes and are left out (first: "
                + $"{_found.Select(f => f.Example).First(e => _contradicted.Contains(e.File!)).Path}; all in skipped.csv). Correct the rows.");
        string[] doubtful =
            [.. _found.Select(f => f.Example.Label).Distinct(StringComparer.Ordinal).Where(MissingValues.IsNoGroup).Order(StringComparer.Ordinal)];
        if (doubtful.Length > 0 && layout.Labels.Count == 1)
            builder.Warnings.Add($"The column '{table.Columns[layout.Labels[0]]}' holds {string.Join(", ", doubtful.Select(d => $"'{d}'"))}, which may stand "
                + $"for \"no class\". They are used as classes; where they are none, remove these rows.");
        if (_folds > 0)
            builder.Warnings.Add($"{_folds} rows name a fold of a run with --folds instead of a set; these images are in no set.");
        return [.. _found.Select(f => f.Example).Where(e => !_contradicted.Contains(e.File!))];
    }

    private void Add(string root, string[] row, int number)
    {
        string name = row[layout.Path], shown = name.Trim().Replace('\\', '/');
        if (shown.Length == 0)
        {
            builder.Skipped.Add(new SkippedFile("", $"Row {number} of {Path.GetFileName(table.Name)} has no path."));
            return;
        }
        DatasetSplit set = SetOf(row, number);
        if (layout.LabelOf(row, number, out string noLabel) is not { } label)
        {
            builder.Skipped.Add(new SkippedFile(shown, noLabel));
            return;
        }
        if (finder.Find(name, out string reason) is not { } file)
        {
            builder.Skipped.Add(new SkippedFile(shown, reason));
            return;
        }
        string relative = Path.GetRelativePath(root, file).Replace('\\', '/');
        if (Path.IsPathRooted(shown) && (relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative)))
            relative = file.Replace('\\', '/');
        ImageExample example = new(relative, label, file, null) { Columns = table.ToDictionary(row), Split = set };
        if (layout.Group >= 0)
            example = example.WithGroup(row[layout.Group]);
        if (!_rowOf.TryAdd(file, _found.Count))
            Again(example, number);
        else
            _found.Add((number, example));
    }

    private void Again(ImageExample example, int number)
    {
        (int earlierRow, ImageExample earlier) = _found[_rowOf[example.File!]];
        if (CanonicalForm.Of(earlier.Label) != CanonicalForm.Of(example.Label))
        {
            _contradicted.Add(example.File!);
            builder.Skipped.Add(
                new SkippedFile(example.Path, $"Row {earlierRow} gives it the class '{earlier.Label}', row {number} the class '{example.Label}'."));
            return;
        }
        if (_repeated++ == 0)
            _firstRepeated = example.Path;
        if (example.Split != earlier.Split && _moved++ == 0)
            _firstMoved = $"{example.Path}: {SplitNames.NameOf(earlier.Split)} and {SplitNames.NameOf(example.Split)}";
    }

    private DatasetSplit SetOf(string[] row, int number)
    {
        if (layout.Split < 0 || string.IsNullOrWhiteSpace(row[layout.Split]))
            return DatasetSplit.Unassigned;
        string word = row[layout.Split];
        if (SplitNames.Find(word) is { } set)
            return set;
        if (SplitNames.IsFold(word))
        {
            _folds++;
            return DatasetSplit.Unassigned;
        }
        throw new InvalidContentException($"{table.Name}, row {number}: expected in the column '{table.Columns[layout.Split]}' one of "
            + $"{SplitNames.List}, or nothing, received '{word}'. Correct it, or give the column another name when it does not name sets.");
    }
}
