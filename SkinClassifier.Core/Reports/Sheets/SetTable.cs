using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Sheets;

/// <summary>The images of one set.</summary>
/// <param name="Name">train, validation, test, or fold1 …</param>
/// <param name="Images">How many.</param>
/// <param name="Groups">Different groups among them; images without one do not count.</param>
/// <param name="ByLabel">Images of each class.</param>
internal sealed record SetCounts(string Name, int Images, int Groups, IReadOnlyDictionary<string, int> ByLabel);

/// <summary>How many images of which class are in which set, as splits.csv lists them.</summary>
/// <param name="Sets">The sets in the order of the file.</param>
internal sealed record SetTable(IReadOnlyList<SetCounts> Sets)
{
    /// <summary>Whether images belong to groups.</summary>
    public bool HasGroups => Sets.Any(s => s.Groups > 0);

    /// <summary>The set of a name; null where it is absent or empty.</summary>
    public SetCounts? Of(string name) => Sets.FirstOrDefault(s => s.Name == name && s.Images > 0);

    /// <summary>Counts the images of a run.</summary>
    public static SetTable Of(DatasetSplits splits) => Of(RunTables.Named(splits)
        .SelectMany(s => s.Split.Examples.Select(e => (e.Label, Group: e.Group ?? "", s.Name))), [.. RunTables.Named(splits).Select(s => s.Name)]);

    /// <summary>Counts the rows of a splits.csv.</summary>
    /// <exception cref="InvalidContentException">A column is missing.</exception>
    public static SetTable Read(string path)
    {
        CsvTable table = CsvTable.Read(path);
        int label = table.IndexOf("label"), group = table.IndexOf("group"), part = table.IndexOf("part");
        if (label < 0 || group < 0 || part < 0)
            throw new InvalidContentException($"{path}: expected the columns path, label, group and part, received {string.Join(", ", table.Columns)}. "
                + "Take the file that the run wrote.");
        return Of(table.Rows.Select(r => (r[label], r[group], r[part])), []);
    }

    /// <summary>One row for each class, then all images and, where there are some, the groups.</summary>
    public string ToMarkdown(IReadOnlyList<string> labels)
    {
        List<string[]> rows = [.. labels.Select(l => (string[])[Markdown.Cell(l), .. Sets.Select(s => Text.Whole(s.ByLabel.GetValueOrDefault(l)))]),
            ["all", .. Sets.Select(s => Text.Whole(s.Images))]];
        if (HasGroups)
            rows.Add(["groups", .. Sets.Select(s => Text.Whole(s.Groups))]);
        return Markdown.Table(["class", .. Sets.Select(s => s.Name)], rows);
    }

    private static SetTable Of(IEnumerable<(string Label, string Group, string Set)> rows, string[] order)
    {
        (string Label, string Group, string Set)[] all = [.. rows];
        return new SetTable([.. order.Concat(all.Select(r => r.Set)).Distinct().Select(name => (Name: name, Rows: all.Where(r => r.Set == name).ToArray()))
            .Select(s => new SetCounts(s.Name, s.Rows.Length, s.Rows.Select(r => r.Group).Where(g => g.Length > 0).Distinct().Count(),
                s.Rows.CountBy(r => r.Label).ToDictionary()))]);
    }
}
