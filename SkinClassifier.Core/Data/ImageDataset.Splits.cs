using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>
    /// The parts of an earlier run: images, groups, parts and their order are those of its splits.csv. A listed image that this dataset has not (any more) stays in
    /// its part and is skipped when it is read, as one that becomes unreadable during a run is; so a run can go on, and the other images keep their parts.
    /// Images that are not listed are left out. Both are told in the warnings of the train set.
    /// </summary>
    /// <param name="splitsFile">A CSV file with the columns path, label and part (train, validation, test), and group where there are groups.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not such a file; a label that this dataset does not know; an image listed twice or under another label than here; nothing to train on.</exception>
    public DatasetSplits SplitAs(string splitsFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(splitsFile);
        CsvTable table = CsvTable.Read(splitsFile);
        int path = Required("path"), label = Required("label"), split = Required("part"), group = table.IndexOf("group");
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
                throw new InvalidContentException($"{where}: expected every image once, received {row[path]} again.");
            if (!classes.TryGetValue(row[label], out int index))
                throw new InvalidContentException($"{where}: expected one of the labels {string.Join(", ", Labels)}, received '{row[label]}'. Use the list of a run on the same classes.");
            if (!here.TryGetValue(row[path], out ImageExample? example))
            {
                gone.Add(row[path]);
                example = new ImageExample(row[path], row[label], null, () => throw new FileNotFoundException("It is no readable image of the dataset any more.")) { LabelIndex = index };
            }
            else if (example.Label != row[label])
                throw new InvalidContentException($"{where}: expected the label '{example.Label}', which the image has in the dataset, received '{row[label]}'.");
            DatasetSplit belongs = SplitNamed(row[split]);
            if (belongs == DatasetSplit.Unassigned)
                throw new InvalidContentException($"{where}: expected the split train, validation or test, received '{row[split]}'.");
            example = example.With(split: belongs);
            examples.Add(group < 0 ? example : example.WithGroup(row[group]));
        }
        if (examples.All(e => e.Split != DatasetSplit.Train))
            throw new InvalidContentException($"{splitsFile}: expected images of the split train, received none.");
        List<string> warnings = [];
        if (gone.Count > 0)
            warnings.Add($"{gone.Count} images of {splitsFile} are not there any more and will be skipped (first: {gone[0]}).");
        int more = here.Keys.Count(p => !listed.Contains(p));
        if (more > 0)
            warnings.Add($"{more} images are not listed in {splitsFile} and are left out (first: {here.Keys.First(p => !listed.Contains(p))}).");
        return new DatasetSplits(Split(DatasetSplit.Train), Split(DatasetSplit.Validation), Split(DatasetSplit.Test));

        ImageDataset Split(DatasetSplit wanted) => new(Folder, Labels, [.. examples.Where(e => e.Split == wanted)], [], wanted == DatasetSplit.Train ? warnings : []);

        int Required(string column) => table.IndexOf(column) is >= 0 and int at ? at
            : throw new InvalidContentException($"{splitsFile}: expected the columns path, label and part, received {string.Join(", ", table.Columns)}.");
    }
}
