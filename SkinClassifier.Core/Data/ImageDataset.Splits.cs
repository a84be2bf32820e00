using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>
    /// The parts of an earlier run: pictures, groups, parts and their order are those of its splits.csv. A listed picture that this dataset has not (any more) stays in
    /// its part and is skipped when it is read, as one that becomes unreadable during a run is; so a run can go on, and the other pictures keep their parts.
    /// Pictures that are not listed are left out. Both are told in the warnings of the train part.
    /// </summary>
    /// <param name="splitsFile">A CSV file with the columns path, label and part (train, validation, test), and group where there are groups.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not such a file; a label that this dataset does not know; a picture listed twice or under another label than here; nothing to learn from.</exception>
    public DatasetParts SplitAs(string splitsFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(splitsFile);
        CsvTable table = CsvTable.Read(splitsFile);
        int path = Required("path"), label = Required("label"), part = Required("part"), group = table.IndexOf("group");
        Dictionary<string, ImageExample> here = Examples.ToDictionary(e => e.Path, StringComparer.Ordinal);
        Dictionary<string, int> classes = Labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal);
        HashSet<string> listed = new(StringComparer.Ordinal);
        List<string> gone = [];
        List<ImageExample> examples = new(table.Rows.Count);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            string[] row = table.Rows[i];
            string where = $"{splitsFile}, row {i + 2}";
            if (!listed.Add(row[path]))
                throw new InvalidContentException($"{where}: expected every picture once, received {row[path]} again.");
            if (!classes.TryGetValue(row[label], out int index))
                throw new InvalidContentException($"{where}: expected one of the labels {string.Join(", ", Labels)}, received '{row[label]}'. Use the list of a run on the same classes.");
            if (!here.TryGetValue(row[path], out ImageExample? example))
            {
                gone.Add(row[path]);
                example = new ImageExample(row[path], row[label], null, () => throw new FileNotFoundException("It is no readable picture of the dataset any more.")) { LabelIndex = index };
            }
            else if (example.Label != row[label])
                throw new InvalidContentException($"{where}: expected the label '{example.Label}', which the picture has in the dataset, received '{row[label]}'.");
            DatasetPart belongs = PartNamed(row[part]);
            if (belongs == DatasetPart.Unassigned)
                throw new InvalidContentException($"{where}: expected the part train, validation or test, received '{row[part]}'.");
            example = example.With(part: belongs);
            examples.Add(group < 0 ? example : example.WithGroup(row[group]));
        }
        if (examples.All(e => e.Part != DatasetPart.Train))
            throw new InvalidContentException($"{splitsFile}: expected pictures of the part train, received none.");
        List<string> warnings = [];
        if (gone.Count > 0)
            warnings.Add($"{gone.Count} pictures of {splitsFile} are not there any more and will be skipped (first: {gone[0]}).");
        int more = here.Keys.Count(p => !listed.Contains(p));
        if (more > 0)
            warnings.Add($"{more} pictures are not listed in {splitsFile} and are left out (first: {here.Keys.First(p => !listed.Contains(p))}).");
        return new DatasetParts(Part(DatasetPart.Train), Part(DatasetPart.Validation), Part(DatasetPart.Test));

        ImageDataset Part(DatasetPart wanted) => new(Folder, Labels, [.. examples.Where(e => e.Part == wanted)], [], wanted == DatasetPart.Train ? warnings : []);

        int Required(string column) => table.IndexOf(column) is >= 0 and int at ? at
            : throw new InvalidContentException($"{splitsFile}: expected the columns path, label and part, received {string.Join(", ", table.Columns)}.");
    }
}
