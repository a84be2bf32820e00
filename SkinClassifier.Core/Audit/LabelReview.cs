using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>
/// What a person decided about images of a dataset: a CSV file with the columns path and action, and, where an action is <c>relabel</c> alone, suggested.
/// Actions: <c>keep</c> or nothing, <c>remove</c>, <c>relabel</c> (to the suggested class) and <c>relabel:CLASS</c>, in any case of letters.
/// </summary>
internal sealed class LabelReview
{
    private const string Relabel = "relabel";

    private LabelReview(IReadOnlyList<ReviewedImage> kept, IReadOnlyList<ImageExample> removed) => (Kept, Removed) = (kept, removed);

    /// <summary>The images that stay, in the order of the dataset.</summary>
    public IReadOnlyList<ReviewedImage> Kept { get; }

    /// <summary>The images that are left out.</summary>
    public IReadOnlyList<ImageExample> Removed { get; }

    /// <summary>The images that stay under another class.</summary>
    public IEnumerable<ReviewedImage> Relabeled => Kept.Where(k => k.Label != k.Example.Label);

    /// <summary>Reads the decisions about a dataset.</summary>
    /// <param name="path">The CSV file.</param>
    /// <param name="dataset">The dataset that its paths name.</param>
    /// <exception cref="InvalidContentException">The file is no such table, or has rows that cannot be applied; the text lists all of them.</exception>
    public static LabelReview Read(string path, ImageDataset dataset)
    {
        CsvTable table = CsvTable.Read(path);
        string[] absent = [.. new[] { LabelSuspectsFile.Path, LabelSuspectsFile.Action }.Where(c => table.IndexOf(c) < 0)];
        if (absent.Length > 0)
            throw new InvalidContentException($"{path}: expected the columns path and action, received {string.Join(", ", table.Columns)}. Use the "
                + $"{LabelSuspectsFile.Name} of a run with --folds or of `data suspects`.");
        Dictionary<string, ImageExample> examples = dataset.Examples.GroupBy(e => e.Path, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        Dictionary<string, (int Row, string? Label)> decided = new(StringComparer.Ordinal);
        List<string> errors = [];
        for (int i = 0; i < table.Rows.Count; i++)
        {
            string? Field(string column) => table.IndexOf(column) is >= 0 and int at ? table.Rows[i][at] : null;
            string image = Field(LabelSuspectsFile.Path)!, action = Field(LabelSuspectsFile.Action)!.TrimStart();
            if (!action.Contains(':'))
                action = action.TrimEnd();
            if (!examples.TryGetValue(image, out ImageExample? example) && !examples.TryGetValue(image.Trim(), out example))
                errors.Add($"row {i + 2}: expected the path of an image of the data, received '{image}'. {Reason(dataset, image)}");
            else if (Field(LabelSuspectsFile.Label) is { } label && action.Length > 0 && label != example.Label && label.Trim() != example.Label)
                errors.Add($"row {i + 2}: expected {image} with its class in the data, '{example.Label}', received '{label}'. The list is of other data.");
            else if (LabelOf(action, Field(LabelSuspectsFile.Suggested), example, dataset.Labels, out string? given) is { } problem)
                errors.Add($"row {i + 2}: {problem}");
            else if (action.Length > 0 && !decided.TryAdd(example.Path, (i + 2, given)) && decided[example.Path].Label != given)
                errors.Add($"row {i + 2}: expected one action for {image}, received another one than in row {decided[example.Path].Row}. Empty one of them.");
        }
        if (errors.Count > 0)
            throw new InvalidContentException(
                $"{path}: {errors.Count} rows cannot be applied, nothing is written.\n{string.Join('\n', errors.Select(e => $"  {e}"))}");
        List<ReviewedImage> kept = [];
        List<ImageExample> removed = [];
        foreach (ImageExample example in dataset.Examples)
            if (!decided.TryGetValue(example.Path, out (int Row, string? Label) own))
                kept.Add(new ReviewedImage(example, example.Label));
            else if (own.Label is { } label)
                kept.Add(new ReviewedImage(example, label));
            else
                removed.Add(example);
        return new LabelReview(kept, removed);
    }

    /// <summary>The class that an action gives an image, null for none; or, as result, what is wrong with the action.</summary>
    private static string? LabelOf(string action, string? suggested, ImageExample example, IReadOnlyList<string> labels, out string? label)
    {
        label = example.Label;
        int colon = action.IndexOf(':');
        string word = (colon < 0 ? action : action[..colon]).Trim().ToLowerInvariant();
        if (colon < 0 && word is "" or "keep")
            return null;
        if (colon < 0 && word == "remove")
        {
            label = null;
            return null;
        }
        if (word != Relabel)
            return $"expected the action remove, keep, relabel or relabel:CLASS, received '{action}'.";
        string wanted = colon >= 0 ? action[(colon + 1)..] : suggested ?? "";
        label = Known(wanted) ?? Known(wanted.Trim());
        return label is not null ? null : wanted.Trim().Length == 0 ? $"expected relabel:CLASS for {example.Path}, received '{action}' and no suggested class."
            : $"expected for {example.Path} one of the classes {string.Join(", ", labels)}, received '{wanted}'.";

        string? Known(string name) => labels.FirstOrDefault(l => l == CanonicalForm.Of(name));
    }

    private static string Reason(ImageDataset dataset, string image) =>
        dataset.Skipped.FirstOrDefault(s => s.Path == image) is { } skipped ? $"It is not used anyway: {skipped.Reason}"
            : "Paths are as label-suspects.csv has them.";
}

/// <summary>An image that stays after a review.</summary>
/// <param name="Example">The image as it is in the dataset.</param>
/// <param name="Label">Its class from now on.</param>
internal sealed record ReviewedImage(ImageExample Example, string Label);
