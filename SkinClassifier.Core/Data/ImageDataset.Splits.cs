using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>
    /// The sets of an earlier run: images, groups, sets and their order are those of its splits.csv. A listed image that this dataset has not (any
    /// more) stays in its part and is skipped when it is read, as one that becomes unreadable during a run is; so a run can go on, and the other
    /// images keep their sets. Images that are not listed are left out. The warnings of the training set name both.
    /// </summary>
    /// <param name="splitsFile">A CSV file with the columns path, label and part (train, validation, test or their other names), and group where
    /// there are groups. Rows that repeat an earlier one do not count.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidContentException">Not such a file; a label that this dataset does not know; an image listed twice or under another
    /// label than here; nothing to train on.</exception>
    public DatasetSplits SplitAs(string splitsFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(splitsFile);
        CsvTable table = CsvTable.Read(splitsFile);
        int path = Required("path"), label = Required("label"), split = Required("part"), group = table.IndexOf("group");
        Dictionary<string, ImageExample> here = new(StringComparer.Ordinal), canonical = new(StringComparer.Ordinal);
        foreach (ImageExample known in Examples)
        {
            here.TryAdd(known.Path, known);
            canonical.TryAdd(Loose(known.Path), known);
        }
        Func<string, int?> classOf = ClassNames.Finder(Labels);
        Dictionary<string, ImageExample> listed = new(StringComparer.Ordinal);
        List<string> gone = [];
        List<ImageExample> examples = new(table.Rows.Count);
        for (int i = 0; i < table.Rows.Count; i++)
        {
            string[] row = table.Rows[i];
            string where = $"{splitsFile}, row {i + 2}";
            DatasetSplit belongs = SplitNames.Find(row[split]) ?? throw new InvalidContentException(SplitNames.IsFold(row[split])
                ? $"{where}: expected the split train, validation or test, received '{row[split]}': the list of a run with --folds. Make a list with "
                    + $"sets, or run --folds again with the same seed."
                : $"{where}: expected the split train, validation or test, received '{row[split]}'. Known are {SplitNames.List}.");
            if (classOf(row[label]) is not { } index)
                throw new InvalidContentException(
                    $"{where}: expected one of the labels {string.Join(", ", Labels)}, received '{row[label]}'. Use the list of a run on the same classes.");
            if (!here.TryGetValue(row[path], out ImageExample? example) && !canonical.TryGetValue(Loose(row[path]), out example))
            {
                gone.Add(row[path]);
                example = new ImageExample(row[path], Labels[index], null,
                    () => throw new FileNotFoundException("It is no readable image of the dataset any more."))
                { LabelIndex = index };
            }
            else if (example.LabelIndex != index)
                throw new InvalidContentException(
                    $"{where}: expected the label '{example.Label}', which the image has in the dataset, received '{row[label]}'.");
            example = example.With(split: belongs);
            example = group < 0 ? example : example.WithGroup(row[group]);
            if (listed.TryAdd(example.Path, example))
                examples.Add(example);
            else if (listed[example.Path].Split != belongs || listed[example.Path].LabelIndex != index)
                throw new InvalidContentException($"{where}: expected every image once, received {row[path]} again with another part or label.");
        }
        if (examples.All(e => e.Split != DatasetSplit.Train))
            throw new InvalidContentException($"{splitsFile}: expected images of the split train, received none.");
        List<string> warnings = [];
        if (gone.Count > 0)
            warnings.Add($"{gone.Count} images of {splitsFile} are not there any more and will be skipped (first: {gone[0]}).");
        int more = here.Keys.Count(p => !listed.ContainsKey(p));
        if (more > 0)
            warnings.Add($"{more} images are not listed in {splitsFile} and are left out (first: {here.Keys.First(p => !listed.ContainsKey(p))}).");
        warnings.AddRange(SplitWarnings.Of(Labels, examples, given: true));
        DatasetSplits splits = new(Split(DatasetSplit.Train), Split(DatasetSplit.Validation), Split(DatasetSplit.Test));
        if (ContentLeaks.Between(splits).Warning() is { } leaks)
            warnings.Add(leaks);
        return splits;

        ImageDataset Split(DatasetSplit wanted) =>
            new(Folder, Labels, [.. examples.Where(e => e.Split == wanted)], [], wanted == DatasetSplit.Train ? warnings : []);

        int Required(string column) => table.IndexOf(column) is >= 0 and int at ? at
            : throw new InvalidContentException($"{splitsFile}: expected the columns path, label and part, received {string.Join(", ", table.Columns)}.");
    }

    /// <summary>A path as other systems may have written it down.</summary>
    private static string Loose(string path) => CanonicalForm.Of(path.Trim().Replace('\\', '/'));
}
