using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

public sealed partial class ImageDataset
{
    /// <summary>
    /// Reads a table of ML.NET that names images and their classes, for example what TrainTestSplit or a filter made of a dataset. Columns that hold
    /// a single value become metadata, as text. Rows without a class or file are listed in <see cref="Skipped"/>.
    /// </summary>
    /// <param name="data">The table; read once, from its first row to its last.</param>
    /// <param name="options">Default: see <see cref="ImageDatasetOptions"/>. Relative paths are relative to
    /// <see cref="ImageDatasetOptions.ImageFolder"/>, by default the working folder.</param>
    /// <param name="imagePathColumnName">Column with the images' paths, text. Default "ImagePath".</param>
    /// <param name="labelColumnName">Column with the class: a key, by its names, or text or a truth value. Default "Label".</param>
    /// <param name="splitColumnName">Column with train, validation or test (and their other names), text or key; it may be absent. Default "Split".</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is not there or of another type.</exception>
    /// <exception cref="InvalidContentException">An unknown word in the column of the splits, or fewer classes with readable images than wanted.</exception>
    public static ImageDataset FromDataView(IDataView data, ImageDatasetOptions? options = null, string imagePathColumnName = ImagePathColumnName,
        string labelColumnName = LabelColumnName, string splitColumnName = SplitColumnName)
    {
        ArgumentNullException.ThrowIfNull(data);
        options ??= new ImageDatasetOptions();
        DataViewSchema.Column path = Need(data, imagePathColumnName, nameof(imagePathColumnName), "text", t => t is TextDataViewType);
        DataViewSchema.Column label = Need(data, labelColumnName, nameof(labelColumnName), "a key, text or a truth value",
            t => t is KeyDataViewType or TextDataViewType or BooleanDataViewType);
        DataViewSchema.Column? split = data.Schema.GetColumnOrNull(splitColumnName) is null ? null
            : Need(data, splitColumnName, nameof(splitColumnName), "text or a key", t => t is TextDataViewType or KeyDataViewType);
        DataViewSchema.Column[] others = [.. data.Schema.Where(c =>
            !c.IsHidden && c.Type is PrimitiveDataViewType && c.Type is not RowIdDataViewType && c.Index != path.Index && c.Index != label.Index
            && c.Index != split?.Index)];
        string folder = Path.GetFullPath(options.ImageFolder ?? Environment.CurrentDirectory);
        DatasetBuilder builder = new("FromDataView", options) { Hint = $"Paths that are not absolute are relative to {folder}." };
        List<(string File, string Label, DatasetSplit Split, Dictionary<string, string> Columns)> found = [];
        using DataViewRowCursor cursor = data.GetRowCursor([path, label, .. split is { } s ? [s] : Array.Empty<DataViewSchema.Column>(), .. others]);
        Func<string?> readPath = DataViewText.Of(cursor, path)!, readLabel = DataViewText.Of(cursor, label)!;
        Func<string?>? readSplit = split is { } column ? DataViewText.Of(cursor, column) : null;
        (string Name, Func<string?> Read)[] metadata = [.. others.Select(c => (c.Name, DataViewText.Of(cursor, c)!)).Where(m => m.Item2 is not null)];
        for (long row = 0; cursor.MoveNext(); row++)
        {
            string name = readPath() ?? "", word = readSplit?.Invoke() ?? "";
            string? file = name.Length == 0 ? null : Path.GetFullPath(Path.Combine(folder, name));
            DatasetSplit set = string.IsNullOrWhiteSpace(word) ? DatasetSplit.Unassigned : SplitNames.Find(word)
                ?? throw new InvalidContentException(
                    $"FromDataView: row {row}: expected in the column '{splitColumnName}' one of {SplitNames.List}, or nothing, received '{word}'.");
            if (readLabel() is not { Length: > 0 } labelText)
                builder.Skipped.Add(new SkippedFile(name, $"Row {row} has no class."));
            else if (file is null || !System.IO.File.Exists(file))
                builder.Skipped.Add(new SkippedFile(name, file is null ? $"Row {row} has no path." : ImageFinder.Absent));
            else
                found.Add((file, labelText, set, Metadata(metadata)));
        }
        string root = options.ImageFolder is null ? Common(found.Select(f => f.File)) ?? folder : folder;
        return builder.Build(root, [], [.. found.Select(
            f => new ImageExample(Path.GetRelativePath(root, f.File).Replace('\\', '/'), f.Label, f.File, null) { Split = f.Split, Columns = f.Columns })]);
    }

    private static DataViewSchema.Column Need(IDataView data, string name, string parameter, string wanted, Func<DataViewType, bool> fits) =>
        data.Schema.GetColumnOrNull(name) is not { } column
        ? throw new ArgumentOutOfRangeException(
            parameter, name, $"FromDataView: expected a column '{name}' ({wanted}), received {string.Join(", ", data.Schema.Select(c => c.Name))}.")
        : fits(column.Type) ? column
        : throw new ArgumentOutOfRangeException(parameter, name, $"FromDataView: column '{name}': expected {wanted}, received {column.Type}.");

    private static Dictionary<string, string> Metadata((string Name, Func<string?> Read)[] columns)
    {
        Dictionary<string, string> values = new(columns.Length, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Func<string?> read) in columns)
            values.TryAdd(name, read() ?? "");
        return values;
    }

    /// <summary>The deepest folder that holds all files; null for none.</summary>
    private static string? Common(IEnumerable<string> files)
    {
        string? common = null;
        foreach (string folder in files.Select(f => Path.GetDirectoryName(f)!).Distinct(StringComparer.Ordinal))
        {
            common ??= folder;
            while (common.Length > 0 && folder != common
                && !folder.StartsWith(Path.EndsInDirectorySeparator(common) ? common : common + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                common = Path.GetDirectoryName(common) ?? "";
        }
        return string.IsNullOrEmpty(common) ? null : common;
    }
}
