using System.Text;
using SkinClassifier.Data;

namespace SkinClassifier.Reports.Sheets;

/// <summary>A short datasheet of a dataset: counts from its files and columns, and what only those who made it can say (Gebru et al. 2021).</summary>
internal static class DatasetSheet
{
    private const int MaxSizes = 10, MaxValues = 30;
    private static readonly string[] Licenses = ["copyright_license", "license", "licence", "copyright"],
        Attributions = ["attribution", "source", "credit", "institution", "dataset"];

    private static readonly (string Title, string ToWrite)[] Left =
    [
        ("Why it was made", "the purpose, who made it and who paid."),
        ("How it was collected", "places, dates, cameras, and the rules by which images and persons were taken or left out."),
        ("How it was labeled", "who assigned the classes, from what (histopathology, follow-up, consensus), and how well they agree."),
        ("Persons", "whether persons can be recognized, whether they consented, and which committee approved."),
        ("Upkeep", "where it is kept, its version, and to whom errors are told."),
    ];

    /// <summary>The datasheet as Markdown.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="inspection">What its files hold.</param>
    /// <param name="name">What it is called.</param>
    public static string Create(ImageDataset data, DatasetInspection inspection, string name)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(inspection);
        IReadOnlyList<ImageExample> images = data.Examples;
        StringBuilder text = new();
        text.Append($"# Datasheet: {Markdown.Plain(name)}\n\nCounted from the files; what only the makers of the data know is marked.\n");
        Section(text, "Composition", Counts(inspection), Composition(inspection), Classes(inspection));
        Section(text, "Images", Sizes(inspection), Formats(inspection));
        Section(text, "Columns of the metadata", Columns(images, inspection));
        Section(text, "License", Values(images, Licenses, "license"));
        Section(text, "Attribution", Values(images, Attributions, "attribution"));
        Section(text, "Known problems", Problems(inspection));
        foreach ((string title, string toWrite) in Left)
            Section(text, title, $"{Checklist.Mark} {toWrite}");
        return text.ToString();
    }

    private static string Counts(DatasetInspection i) =>
        $"{Text.Whole(i.Count)} readable images of {Text.Whole(i.Labels.Count)} classes, {Text.Whole(i.Bytes)} bytes.";

    private static string Composition(DatasetInspection i) => Markdown.Sentences(
        i.Groups is { } groups ? $"{Text.Whole(groups)} groups; the largest has {Text.Whole(i.LargestGroup ?? 0)} images."
            : i.SuggestedGroupColumn is { } column
            ? $"No groups were asked for; the column {Markdown.Code(column)} tells which images belong together (`--group-by`)." : "There are no groups.",
        i.Imbalance is 1 ? "All classes have the same number of images." : i.Imbalance is { } ratio
            ? $"The largest class has {Text.Short(ratio)} times the images of the smallest." : "A class has no readable image.")!;

    private static string Classes(DatasetInspection i)
    {
        DatasetSplit[] sets = [.. i.Classes.SelectMany(c => c.BySplit.Keys).Distinct().Order()];
        return Markdown.Table(["class", "images", "share", .. sets.Select(s => s.ToString().ToLowerInvariant())], i.Classes.Select(c => (string[])
            [Markdown.Cell(c.Label), Text.Whole(c.Count), Text.Percent(c.Share), .. sets.Select(s => Text.Whole(c.BySplit.GetValueOrDefault(s)))]));
    }

    private static string Sizes(DatasetInspection i) => Markdown.Table(["width × height", "images"],
        [.. i.Sizes.Take(MaxSizes).Select(s => (string[])[$"{s.Width} × {s.Height}", Text.Whole(s.Count)]),
            .. i.Sizes.Count > MaxSizes ? [(string[])["other sizes", Text.Whole(i.Sizes.Skip(MaxSizes).Sum(s => s.Count))]] : Array.Empty<string[]>()]);

    private static string Formats(DatasetInspection i) => $"{string.Join(", ", i.Formats.Select(f => $"{f.Key} {Text.Whole(f.Value)}"))} images."
        + (i.ColorProfiles.Count == 0 ? "" : $" Color profiles other than sRGB: {string.Join(", ", i.ColorProfiles.Select(p => $"{Markdown.Plain(p.Key)} "
            + $"{Text.Whole(p.Value)}"))}.");

    private static string Columns(IReadOnlyList<ImageExample> images, DatasetInspection i) => i.Columns.Count == 0
        ? "There is no metadata: age, sex, site, skin tone, camera, license and source of the images are not recorded."
        : Markdown.Table(["column", "images with a value", "share", "different values"], i.Columns.Select(column =>
        {
            string[] values = [.. Filled(images, column)];
            return (string[])[Markdown.Cell(column), Text.Whole(values.Length), Text.Percent(images.Count == 0 ? null : (double)values.Length / images.Count),
                Text.Whole(values.Distinct(StringComparer.Ordinal).Count())];
        }));

    /// <summary>The values of the first of these columns that has any, with counts.</summary>
    private static string Values(IReadOnlyList<ImageExample> images, string[] columns, string what)
    {
        string[] have = [.. columns.Where(c => Filled(images, c).Any())];
        if (have.Length == 0)
            return $"No column of the metadata names it (looked for: {string.Join(", ", columns.Select(Markdown.Code))}).\n\n"
                + $"{Checklist.Mark} the {what} of the images.";
        return Markdown.Paragraphs([.. have.Select(column =>
        {
            KeyValuePair<string, int>[] counts = [.. Filled(images, column).CountBy(v => v, StringComparer.Ordinal).OrderByDescending(v => v.Value)
                .ThenBy(v => v.Key, StringComparer.Ordinal)];
            List<string[]> rows = [.. counts.Take(MaxValues).Select(v => (string[])[Markdown.Cell(v.Key), Text.Whole(v.Value)])];
            if (counts.Length > MaxValues)
                rows.Add([$"{Text.Whole(counts.Length - MaxValues)} other values", Text.Whole(counts.Skip(MaxValues).Sum(v => v.Value))]);
            if (images.Count - counts.Sum(v => v.Value) is > 0 and var missing)
                rows.Add([SubgroupValues.Missing, Text.Whole(missing)]);
            return Markdown.Table([Markdown.Cell(column), "images"], rows);
        })])!;
    }

    private static string Problems(DatasetInspection i)
    {
        List<string> problems = [.. i.Warnings.Select(Markdown.Plain)];
        if (i.Unreadable.Count > 0)
            problems.Add($"{Text.Whole(i.Unreadable.Count)} files cannot be used, for example {Markdown.Code(i.Unreadable[0].Path)}: "
                + $"{Markdown.Plain(i.Unreadable[0].Reason)}");
        if (i.Duplicates.Count > 0)
            problems.Add($"{Text.Whole(i.Duplicates.Sum(d => d.Paths.Count))} files hold {Text.Whole(i.Duplicates.Count)} contents, "
                + $"{Text.Whole(i.Duplicates.Count(d => d.Labels.Count > 1))} of them under several classes and "
                + $"{Text.Whole(i.Duplicates.Count(d => d.Splits.Count > 1))} in several sets.");
        return Markdown.List(problems) ?? "None was found: every file is readable, and none has the content of another.";
    }

    private static IEnumerable<string> Filled(IReadOnlyList<ImageExample> images, string column) =>
        images.Select(e => e.Columns.GetValueOrDefault(column)).Where(v => !MissingValues.IsNoGroup(v)).Select(v => v!.Trim());

    private static void Section(StringBuilder text, string title, params IReadOnlyList<string?> parts) =>
        text.Append($"\n## {title}\n\n{Markdown.Paragraphs(parts)}\n");
}
