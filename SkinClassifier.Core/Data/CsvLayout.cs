using System.Globalization;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>
/// Which columns of a table name the images, their classes, sets and groups: those that were named, else usual names, else what the rows show.
/// </summary>
internal sealed class CsvLayout
{
    private const int Sampled = 1000;
    private static readonly string[] _paths =
    [
        "path", "file", "filename", "file_name", "filepath", "file_path", "image", "image_path", "image_file", "image_id", "image_name", "img",
        "img_path", "img_id", "isic_id",
        "md5hash", "image", "photo", "id", "name",
    ];

    private static readonly string[] _labels =
        ["label", "labels", "class", "class_name", "target", "diagnosis", "dx", "category", "diagnostic", "diagnosis_1", "benign_malignant"];
    private static readonly string[] _groups =
        ["patient_id", "patient", "patientid", "subject_id", "subject", "person_id", "lesion_id", "lesion", "lesionid", "case_id", "group"];
    private readonly CsvTable _table;
    private readonly bool _own;

    private CsvLayout(CsvTable table, int path, int[] labels, int split, int group)
    {
        (_table, Path, Labels, Split, Group) = (table, path, labels, split, group);
        _own = IsOwn(table);
    }

    public int Path { get; }

    /// <summary>One column with the class, or one column of 0 and 1 per class.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>−1: none.</summary>
    public int Split { get; }

    /// <summary>−1: none.</summary>
    public int Group { get; }

    /// <summary>Class names that the columns announce.</summary>
    public IEnumerable<string> Declared => Labels.Count == 1 ? [] : Labels.Select(l => _table.Columns[l]);

    /// <summary>Finds the columns.</summary>
    /// <exception cref="InvalidContentException">A named column is not there, or none can be found; the text names the option.</exception>
    public static CsvLayout Find(CsvTable table, ImageFinder finder, ImageDatasetOptions options)
    {
        int path = PathColumn(table, finder, options.PathColumn);
        CsvLayout found = new(table, path, LabelColumns(table, path, options.LabelColumn), SplitColumn(table), table.IndexOf("group"));
        foreach (int column in (int[])[path, .. found.Labels, found.Split, found.Group])
            if (column >= 0 && table.Columns.Count(c => table.IndexOf(c) == column) is > 1 and int times)
                throw new InvalidContentException($"{table.Name}: expected one column '{table.Columns[column]}', received {times} with this name. Rename "
                    + $"or remove all but one.");
        return found;
    }

    /// <summary>The class of a row; null with a reason when it has none.</summary>
    /// <exception cref="InvalidContentException">Several of the class columns hold 1.</exception>
    public string? LabelOf(string[] row, int number, out string reason)
    {
        if (Labels.Count == 1)
        {
            // What a run wrote itself is taken to the letter; foreign tables write blanks behind their commas.
            string label = _own ? row[Labels[0]] : row[Labels[0]].Trim();
            reason = $"Row {number} of {System.IO.Path.GetFileName(_table.Name)} has no class in the column "
                + $"'{_table.Columns[Labels[0]]}'{(label.Length == 0 ? "" : $" ('{label}')")}.";
            return MissingValues.IsNoLabel(label) && !(_own && label.Length > 0) ? null : label;
        }
        int[] ones = [.. Labels.Where(l => Flag(row[l]) == true)];
        reason = $"Row {number} of {System.IO.Path.GetFileName(_table.Name)} has no 1 in the columns of the classes.";
        return ones.Length <= 1 ? ones.Length == 1 ? _table.Columns[ones[0]] : null
            : throw new InvalidContentException($"{_table.Name}, row {number}: expected 1 in one of the columns {Names(table: _table, Labels)}, "
                + $"received it in {Names(_table, ones)}. An image has one class here; remove the row or the columns that are no classes.");
    }

    /// <summary>Notes about it for the user.</summary>
    public CsvInterpretation Describe(string root, bool foundBelow, string? groupBy) => new(_table.Columns[Path], [.. Labels.Select(l => _table.Columns[l])],
        Split < 0 ? null : _table.Columns[Split], groupBy ?? (Group < 0 ? null : _table.Columns[Group]),
        groupBy is not null || Group >= 0 ? null : SuggestGroup(_table), root, foundBelow);

    /// <summary>A column that usually tells which images belong together and does so for some rows here; null: none.</summary>
    public static string? SuggestGroup(CsvTable table) =>
        SuggestGroup(_groups.Select(table.IndexOf).Where(c => c >= 0).Select(c => (table.Columns[c], table.Rows.Select(r => r[c]))));

    /// <summary>The same from columns that are in memory.</summary>
    public static string? SuggestGroup(IReadOnlyList<ImageExample> examples)
    {
        HashSet<string> columns = new(examples.SelectMany(e => e.Columns.Keys), StringComparer.OrdinalIgnoreCase);
        return SuggestGroup(_groups.Where(columns.Contains)
            .Select(c =>
                (columns.First(own => string.Equals(own, c, StringComparison.OrdinalIgnoreCase)), examples.Select(e => e.Columns.GetValueOrDefault(c, "")))));
    }

    /// <summary>A column with a usual name for the class; −1: none.</summary>
    public static int UsualLabel(CsvTable table) => _labels.Select(table.IndexOf).Where(i => i >= 0).DefaultIfEmpty(-1).First();

    private static string? SuggestGroup(IEnumerable<(string Name, IEnumerable<string> Values)> columns) =>
        columns.Where(c => c.Values.Where(v => !MissingValues.IsNoGroup(v)).CountBy(v => v).Any(v => v.Value > 1)).Select(c => c.Name).FirstOrDefault();

    /// <summary>A usual column that names a file; else the column that names the most files; else a usual one, whose files are then missing.</summary>
    private static int PathColumn(CsvTable table, ImageFinder finder, string? wanted)
    {
        if (wanted is not null)
            return Named(table, wanted, "path", "--path-column");
        int[] usual = [.. _paths.Select(table.IndexOf).Where(c => c >= 0).Distinct()];
        foreach (int column in usual)
            if (table.Rows.Any(r => finder.Find(r[column], out _) is not null))
                return column;
        (int best, int most) = (usual.Length > 0 ? usual[0] : -1, 0);
        for (int column = 0; column < table.Columns.Count; column++)
            if (!usual.Contains(column) && table.Rows.Take(Sampled).Count(r => finder.Find(r[column], out _) is not null) is int found && found > most)
                (best, most) = (column, found);
        return best >= 0 ? best : throw new InvalidContentException($"{table.Name}: expected a column that names the images "
            + $"({string.Join(", ", _paths.Take(11))} …), received: {string.Join(", ", table.Columns)}. Name it with --path-column (PathColumn).");
    }

    private static int[] LabelColumns(CsvTable table, int path, string? wanted)
    {
        if (wanted is not null && table.IndexOf(wanted) is >= 0 and int one)
            return [one];
        if (wanted is not null && wanted.Contains(','))
        {
            int[] named = [.. wanted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(c => Named(table, c, "label", "--label-column"))];
            if (table.Rows.Index().Where(r => named.Any(c => Flag(r.Item[c]) is null)).Select(r => (int?)r.Index).FirstOrDefault() is { } row)
                throw new InvalidContentException($"{table.Name}, row {row + 2}: expected 0 or 1 in each of the columns {Names(table, named)}, "
                    + $"received {string.Join(", ", named.Select(c => table.Rows[row][c]))}.");
            return named;
        }
        if (wanted is not null)
            return [Named(table, wanted, "label", "--label-column")];
        if (UsualLabel(table) is >= 0 and int usual)
            return [usual];
        // One column per class: every value is 0 or 1, and every row has one 1.
        int[] flags =
            [.. Enumerable.Range(0, table.Columns.Count).Where(c => c != path && table.Rows.Count > 0 && !IsWeight(table.Columns[c])
                && table.Rows.All(r => Flag(r[c]) is not null))];
        if (flags.Length >= 2 && table.Rows.All(r => flags.Count(c => Flag(r[c]) == true) == 1))
            return flags;
        string hint = "";
        if (flags.Length >= 2)
        {
            (int at, string[] row) = table.Rows.Index().First(r => flags.Count(c => Flag(r.Item[c]) == true) != 1);
            hint = $" The columns {Names(table, flags)} hold 0 and 1, but row {at + 2} has {flags.Count(c => Flag(row[c]) == true)} of them set: if "
                + $"they are the classes, name them with --label-column {string.Join(',', flags.Select(c => table.Columns[c]))}; rows without a 1 "
                + $"are then left out.";
        }
        throw new InvalidContentException($"{table.Name}: expected a column with the class ({string.Join(", ", _labels)}) or one column of 0 and 1 "
            + $"per class, received: {string.Join(", ", table.Columns)}. Name it with --label-column (LabelColumn).{hint}");
    }

    /// <summary>part or split; subset, set or partition where one of its words is known, so that a misspelled word among them is an error.</summary>
    private static int SplitColumn(CsvTable table)
    {
        if (new[] { "part", "split" }.Select(table.IndexOf).Where(c => c >= 0).Select(c => (int?)c).FirstOrDefault() is { } given)
            return given;
        return new[] { "subset", "set", "partition" }.Select(table.IndexOf)
            .Where(c => c >= 0 && table.Rows.Any(r => SplitNames.Find(r[c]) is not null))
            .DefaultIfEmpty(-1).First();
    }

    private static int Named(CsvTable table, string wanted, string what, string option) => table.IndexOf(wanted) is >= 0 and int found ? found
        : throw new InvalidContentException(
            $"{table.Name}: expected a {what} column '{wanted}' ({option}), received: {string.Join(", ", table.Columns)}. Name one of these.");

    private static bool? Flag(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number switch { 0 => false, 1 => true, _ => null } : null;

    /// <summary>Ground truth of ISIC's tests has score_weight and validation_weight beside the classes.</summary>
    private static bool IsWeight(string column) => column.EndsWith("_weight", StringComparison.OrdinalIgnoreCase);

    private static bool IsOwn(CsvTable table) => table.Columns is ["path", "label", "group", "part"] or ["path", "label", "part", ..]
        or ["path", "label", "predicted", ..];

    private static string Names(CsvTable table, IEnumerable<int> columns) => string.Join(", ", columns.Select(c => table.Columns[c]));
}
