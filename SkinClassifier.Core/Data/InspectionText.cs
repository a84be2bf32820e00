using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SkinClassifier.Data;

/// <summary>A dataset inspection as text and as JSON.</summary>
internal static class InspectionText
{
    private const int MaxSizes = 5, MaxFiles = 20;

    public static string Plain(DatasetInspection found)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture,
            $"{found.Dataset}: {found.Count:#,0} images, {found.Labels.Count} {(found.Labels.Count == 1 ? "class" : "classes")}, "
                + $"{found.Bytes / 1e6:#,0.0} MB").AppendLine().AppendLine();
        DatasetSplit[] splits = [.. found.Classes.SelectMany(c => c.BySplit.Keys).Distinct().Order()];
        int width = Math.Max(6, found.Labels.Select(l => l.Length).DefaultIfEmpty().Max());
        text.Append("class".PadRight(width)).Append("  images   share").AppendLine(string.Concat(splits.Select(p => Name(p).PadLeft(12))));
        foreach (ClassInspection c in found.Classes)
        {
            text.Append(c.Label.PadRight(width)).Append(CultureInfo.InvariantCulture, $"{c.Count,10:#,0}  {c.Share * 100,5:0.0}%");
            foreach (DatasetSplit split in splits)
                text.Append(CultureInfo.InvariantCulture, $"{c.BySplit.GetValueOrDefault(split),12:#,0}");
            text.AppendLine();
        }
        text.AppendLine();
        if (found.Imbalance is double ratio)
            text.Append(CultureInfo.InvariantCulture, $"balance     largest class : smallest class = {ratio:0.#} : 1").AppendLine();
        text.Append("formats     ")
            .AppendLine(string.Join(", ", found.Formats.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:#,0}"))));
        if (found.ColorProfiles.Count > 0)
            text.Append("profiles    ")
                .Append(string.Join(", ", found.ColorProfiles.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Key} {p.Value:#,0}"))))
                .AppendLine(" (other than sRGB; profiles are not applied, so these images look different to the network)");
        text.Append("sizes       ").Append(
            string.Join(", ", found.Sizes.Take(MaxSizes).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Width}×{s.Height} ({s.Count:#,0})"))));
        text.AppendLine(found.Sizes.Count > MaxSizes ? string.Create(CultureInfo.InvariantCulture, $" and {found.Sizes.Count - MaxSizes:#,0} more") : "");
        if (found.Sizes.Count > 1)
            text.Append(CultureInfo.InvariantCulture, $"            shortest side {found.Sizes.Min(s => Math.Min(s.Width, s.Height))}, longest side "
                + $"{found.Sizes.Max(s => Math.Max(s.Width, s.Height))} pixels").AppendLine();
        if (found.Columns.Count > 0)
            text.Append("metadata    ").AppendLine(string.Join(", ", found.Columns));
        if (found.Groups is int groups)
            text.Append(CultureInfo.InvariantCulture, $"groups      {groups:#,0}, the largest with {found.LargestGroup} images").AppendLine();
        if (found.SuggestedGroupColumn is { } column)
            text.Append("groups      ").AppendLine($"column '{column}' tells which images belong together; --group-by {column} keeps them in one set");
        if (found.Csv is { } csv)
        {
            text.Append("images      ").AppendLine($"column '{csv.PathColumn}', {(csv.FoundBelow ? "found by name below" : "in")} {csv.ImageFolder}");
            text.Append("classes     ").AppendLine(csv.LabelColumns.Count == 1 ? $"column '{csv.LabelColumns[0]}'"
                : $"{csv.LabelColumns.Count} columns of 0 and 1: {string.Join(", ", csv.LabelColumns)}");
            text.Append("sets        ").AppendLine(csv.SplitColumn is null ? "no column" : $"column '{csv.SplitColumn}'");
        }
        List(text, "unreadable", [.. found.Unreadable.Select(u => $"{u.Path}: {u.Reason}")]);
        List(text, "duplicates", [.. found.Duplicates.Select(
            d => string.Join(" = ", d.Paths) + (d.Labels.Count > 1 ? "   (in different classes!)" : d.Splits.Count > 1 ? "   (in different sets!)" : ""))]);
        if (found.NearDuplicates is { } near)
            List(text, "near copies", [.. near.Select(p => string.Create(CultureInfo.InvariantCulture,
                $"{p.First.Path} ~ {p.Second.Path}   (distance {p.Distance:0.000}{(p.CrossesClasses ? ", in different classes!" : "")}")
                + (p.CrossesSets ? ", in different sets!)" : ")"))]);
        if (found.Quality is { } quality)
            QualityText.Plain(text, quality);
        List(text, "warnings", [.. found.Warnings]);
        return text.ToString();
    }

    public static byte[] Json(DatasetInspection found)
    {
        using MemoryStream stream = new();
        using (
            Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, found);
        return stream.ToArray();
    }

    private static void Write(Utf8JsonWriter json, DatasetInspection found)
    {
        json.WriteStartObject();
        json.WriteString("dataset", found.Dataset);
        json.WriteNumber("count", found.Count);
        json.WriteNumber("bytes", found.Bytes);
        Strings(json, "labels", found.Labels);
        Objects(json, "classes", found.Classes, c =>
        {
            json.WriteString("label", c.Label);
            json.WriteNumber("count", c.Count);
            json.WriteNumber("share", c.Share);
            foreach ((DatasetSplit split, int count) in c.BySplit)
                json.WriteNumber(Name(split), count);
        });
        if (found.Imbalance is double ratio)
            json.WriteNumber("imbalance", ratio);
        else
            json.WriteNull("imbalance");
        Objects(json, "formats", found.Formats, f =>
        {
            json.WriteString("format", f.Key);
            json.WriteNumber("count", f.Value);
        });
        Objects(json, "colorProfiles", found.ColorProfiles, p =>
        {
            json.WriteString("profile", p.Key);
            json.WriteNumber("count", p.Value);
        });
        Objects(json, "sizes", found.Sizes, s =>
        {
            json.WriteNumber("width", s.Width);
            json.WriteNumber("height", s.Height);
            json.WriteNumber("count", s.Count);
        });
        Strings(json, "columns", found.Columns);
        if (found.Groups is int groups)
        {
            json.WriteNumber("groups", groups);
            json.WriteNumber("largestGroup", found.LargestGroup!.Value);
        }
        else
        {
            json.WriteNull("groups");
            json.WriteNull("largestGroup");
        }
        json.WriteString("suggestedGroupColumn", found.SuggestedGroupColumn);
        if (found.Csv is { } csv)
        {
            json.WriteStartObject("csv");
            json.WriteString("pathColumn", csv.PathColumn);
            Strings(json, "labelColumns", csv.LabelColumns);
            json.WriteString("splitColumn", csv.SplitColumn);
            json.WriteString("groupColumn", csv.GroupColumn);
            json.WriteString("suggestedGroupColumn", csv.SuggestedGroupColumn);
            json.WriteString("imageFolder", csv.ImageFolder);
            json.WriteBoolean("foundBelow", csv.FoundBelow);
            json.WriteEndObject();
        }
        else
            json.WriteNull("csv");
        Objects(json, "unreadable", found.Unreadable, u =>
        {
            json.WriteString("path", u.Path);
            json.WriteString("reason", u.Reason);
        });
        Objects(json, "duplicates", found.Duplicates, d =>
        {
            Strings(json, "paths", d.Paths);
            Strings(json, "labels", d.Labels);
            Strings(json, "parts", d.Splits.Select(Name));
        });
        if (found.NearDuplicates is { } near)
            Objects(json, "nearDuplicates", near, p =>
            {
                ImageExample[] both = [p.First, p.Second];
                Strings(json, "files", both.Select(e => e.Path));
                Strings(json, "groups", both.Select(e => e.Group));
                json.WriteNumber("distance", Math.Round(p.Distance, 6));
                Strings(json, "labels", both.Select(e => e.Label));
                Strings(json, "parts", both.Select(e => Name(e.Split)));
            });
        else
            json.WriteNull("nearDuplicates");
        QualityText.Write(json, found.Quality);
        Strings(json, "warnings", found.Warnings);
        json.WriteEndObject();
    }

    public static void List(StringBuilder text, string title, string[] lines)
    {
        if (lines.Length == 0)
        {
            text.Append(title.PadRight(12)).AppendLine("none");
            return;
        }
        text.Append(title.PadRight(12)).Append(lines.Length).AppendLine();
        foreach (string line in lines.Take(MaxFiles))
            text.Append("  ").AppendLine(line);
        if (lines.Length > MaxFiles)
            text.Append(CultureInfo.InvariantCulture, $"  and {lines.Length - MaxFiles} more (all in the JSON)").AppendLine();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string?> values)
    {
        json.WriteStartArray(name);
        foreach (string? value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    public static void Objects<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (T value in values)
        {
            json.WriteStartObject();
            write(value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Name(DatasetSplit split) => split.ToString().ToLowerInvariant();
}
