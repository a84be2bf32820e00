using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>label-suspects.csv: a list for a person to go through from the top and to fill in the column action (<see cref="LabelReview"/>).</summary>
internal static class LabelSuspectsFile
{
    /// <summary>Its usual name.</summary>
    public const string Name = "label-suspects.csv";

    /// <summary>Names of columns that <see cref="LabelReview"/> reads.</summary>
    public const string Path = "path", Label = "label", Suggested = "suggested", Action = "action";

    private const string Score = "score", IsSuspect = "isSuspect";
    private const int MaxErrors = 5;

    /// <summary>Writes <c>path,label,suggested,score,rank,isSuspect,action</c>, the most doubtful image first; action is empty.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="suspects">The ranked images.</param>
    /// <param name="examples">The images that <see cref="LabelSuspect.Index"/> speaks of.</param>
    /// <param name="labels">Class names.</param>
    public static void Write(string path, IReadOnlyList<LabelSuspect> suspects, IReadOnlyList<ImageExample> examples, IReadOnlyList<string> labels)
    {
        CsvText csv = new(Path, Label, Suggested, Score, "rank", IsSuspect, Action);
        for (int i = 0; i < suspects.Count; i++)
        {
            LabelSuspect suspect = suspects[i];
            csv.Row(examples[suspect.Index].Path, labels[suspect.Label], labels[suspect.Suggested],
                suspect.Score.ToString("0.000000", CultureInfo.InvariantCulture),
                (i + 1).ToString(CultureInfo.InvariantCulture), suspect.IsSuspect ? "true" : "false", "");
        }
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>The suspects of such a file, in its order; where it does not say who is one, all rows.</summary>
    /// <param name="path">The file.</param>
    /// <param name="dataset">The dataset whose images it names.</param>
    /// <exception cref="InvalidContentException">Not such a table, or one of other data.</exception>
    public static IReadOnlyList<ListedSuspect> Read(string path, ImageDataset dataset)
    {
        CsvTable table = CsvTable.Read(path);
        int image = table.IndexOf(Path), suggested = table.IndexOf(Suggested), score = table.IndexOf(Score), suspect = table.IndexOf(IsSuspect);
        if (image < 0 || suggested < 0)
            throw new InvalidContentException($"{path}: expected the columns {Path} and {Suggested}, received {string.Join(", ", table.Columns)}. Use the "
                + $"{Name} of a run with --folds or of `data suspects`.");
        Dictionary<string, ImageExample> examples = dataset.Examples.DistinctBy(e => e.Path, StringComparer.Ordinal)
            .ToDictionary(e => e.Path, StringComparer.Ordinal);
        List<ListedSuspect> suspects = [];
        List<string> unknown = [];
        foreach (string[] row in table.Rows.Where(r => suspect < 0 || r[suspect].Trim().Equals("true", StringComparison.OrdinalIgnoreCase)))
            if (examples.TryGetValue(row[image], out ImageExample? example) || examples.TryGetValue(row[image].Trim(), out example))
                suspects.Add(new ListedSuspect(example, row[suggested].Trim(),
                    score >= 0 && double.TryParse(row[score], NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : null));
            else
                unknown.Add(row[image]);
        return unknown.Count == 0 ? suspects : throw new InvalidContentException(
            $"{path}: expected paths of images of the data, received {unknown.Count} others: {string.Join(", ", unknown.Take(MaxErrors))}"
                + $"{(unknown.Count > MaxErrors ? ", …" : "")}. Use the list that was made from this data.");
    }
}
