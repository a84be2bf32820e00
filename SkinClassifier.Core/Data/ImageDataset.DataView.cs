using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.Data;

/// <summary>The dataset as ML.NET's table: one row per image, nothing read but what a row is asked for.</summary>
public sealed partial class ImageDataset : IDataView
{
    /// <summary>Column with the full path of the image's file, text; its name for images in memory.</summary>
    public const string ImagePathColumnName = "ImagePath";

    /// <summary>Column with the class: a key (1-based, in the order of <see cref="Labels"/>) with the names as annotation KeyValues.</summary>
    public const string LabelColumnName = "Label";

    /// <summary>Column with train, validation or test, text; empty where the image belongs to none yet.</summary>
    public const string SplitColumnName = "Split";

    private DataViewSchema? _schema;
    private string[]? _metadataColumns;

    /// <summary>
    /// ML.NET's columns: <see cref="ImagePathColumnName"/>, <see cref="LabelColumnName"/>, <see cref="SplitColumnName"/>, then every metadata column
    /// as text, in the order in which the images have them; a metadata column with the name of one of the first three is left out.
    /// </summary>
    public DataViewSchema Schema => LazyInitializer.EnsureInitialized(ref _schema, CreateSchema);

    /// <inheritdoc/>
    bool IDataView.CanShuffle => true;

    /// <summary>Names of the metadata columns, in the order of <see cref="Schema"/> from column 3 on.</summary>
    internal IReadOnlyList<string> MetadataColumns => LazyInitializer.EnsureInitialized(ref _metadataColumns, () => [.. Examples.SelectMany(e => e.Columns.Keys)
        .Distinct(StringComparer.OrdinalIgnoreCase).Where(c => c is not (ImagePathColumnName or LabelColumnName or SplitColumnName) && c.Length > 0)]);

    /// <inheritdoc/>
    long? IDataView.GetRowCount() => Examples.Count;

    /// <inheritdoc/>
    DataViewRowCursor IDataView.GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand) =>
        new ImageRowCursor(this, columnsNeeded, RowOrder(rand), 0, 1);

    /// <inheritdoc/>
    DataViewRowCursor[] IDataView.GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        int[]? order = RowOrder(rand);
        int cursors = Math.Clamp(n, 1, Math.Max(1, Examples.Count));
        return [.. Enumerable.Range(0, cursors).Select(first => new ImageRowCursor(this, columns, order, first, cursors))];
    }

    private int[]? RowOrder(Random? random)
    {
        if (random is null)
            return null;
        int[] order = [.. Enumerable.Range(0, Examples.Count)];
        random.Shuffle(order);
        return order;
    }

    private DataViewSchema CreateSchema()
    {
        DataViewSchema.Annotations.Builder names = new();
        ReadOnlyMemory<char>[] labels = [.. Labels.Select(l => l.AsMemory())];
        if (labels.Length > 0)
            names.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, labels.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => value = new VBuffer<ReadOnlyMemory<char>>(labels.Length, labels));
        DataViewSchema.Builder schema = new();
        schema.AddColumn(ImagePathColumnName, TextDataViewType.Instance, null);
        schema.AddColumn(LabelColumnName, new KeyDataViewType(typeof(uint), Math.Max(1, labels.Length)), names.ToAnnotations());
        schema.AddColumn(SplitColumnName, TextDataViewType.Instance, null);
        foreach (string column in MetadataColumns)
            schema.AddColumn(column, TextDataViewType.Instance, null);
        return schema.ToSchema();
    }
}
