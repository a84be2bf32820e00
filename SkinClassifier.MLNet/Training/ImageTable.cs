using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet.Training;

/// <summary>Reads the rows of a table into a dataset whose classes are the values of the label's key, in their order.</summary>
internal sealed class ImageTable(ImageNetworkTrainer.Options options, LabelColumn label, ImageSpool spool)
{
    /// <summary>Reads a table once, from its first row to its last. Files stay where they are; images in memory go to the spool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentException">The names of the classes are others than those of the rows to train on.</exception>
    /// <exception cref="InvalidContentException">An unknown word in the column of the splits.</exception>
    public ImageDataset Read(IDataView data)
    {
        LabelColumn own = LabelColumn.Find(data.Schema, options.LabelColumnName);
        if (!own.Names.SequenceEqual(label.Names, StringComparer.Ordinal))
            throw new OptionsException($"ImageNetwork: expected a validation set whose label '{label.Name}' has the classes "
                + $"{string.Join(", ", label.Names)}, received {string.Join(", ", own.Names)}. Make both keys with one fitted MapValueToKey.");
        ImageColumn images = ImageColumn.Find(data.Schema, options.FeatureColumnName);
        DataViewSchema.Column labels = data.Schema[label.Name];
        DataViewSchema.Column? groups = Optional(data, options.SamplingKeyColumnName, nameof(options.SamplingKeyColumnName));
        DataViewSchema.Column? splits = Optional(data, options.SplitColumnName, nameof(options.SplitColumnName));
        DataViewSchema.Column[] needed = [labels, data.Schema[images.Name], .. new[] { groups, splits }.OfType<DataViewSchema.Column>()];
        List<ImageExample> examples = [];
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        Func<ulong> readLabel = LabelColumn.Reader(cursor, labels);
        Func<ImageValue> readImage = ImageGetter.Of(cursor, images);
        Func<string?>? readGroup = groups is { } g ? DataViewText.Of(cursor, g) : null, readSplit = splits is { } s ? DataViewText.Of(cursor, s) : null;
        for (long row = 0; cursor.MoveNext(); row++)
        {
            ulong key = readLabel();
            if (key == 0)
                continue;
            int index = checked((int)key) - 1;
            string? word = readSplit?.Invoke();
            DatasetSplit split = string.IsNullOrWhiteSpace(word) ? DatasetSplit.Unassigned : SplitNames.Find(word) ?? throw new InvalidContentException(
                $"ImageNetwork: row {row}: expected in the column '{options.SplitColumnName}' one of {SplitNames.List}, or nothing, received '{word}'.");
            ImageExample example = Example(row, readImage, label.Names[index]);
            examples.Add(example.With(labelIndex: index, group: readGroup?.Invoke(), split: split));
        }
        return new ImageDataset(null, label.Names, examples, [], []);
    }

    /// <summary>
    /// The image of a row; one that cannot be read stays in the list and is reported by the trainer, which skips it. Its name is the number of the row, so
    /// that sets and order do not depend on where files lie.
    /// </summary>
    private ImageExample Example(long row, Func<ImageValue> read, string label)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"row {row:D9}");
        try
        {
            ImageValue image = read();
            return image.Path is { } path ? new ImageExample(name, label, Path.GetFullPath(path), null)
                : new ImageExample(name, label, null, spool.Add(image.ToFile()));
        }
        catch (InvalidContentException error)
        {
            return new ImageExample(name, label, null, () => throw error);
        }
    }

    private static DataViewSchema.Column? Optional(IDataView data, string? name, string option) => name is null ? null
        : data.Schema.GetColumnOrNull(name) is { Type: PrimitiveDataViewType } column ? column
        : throw new ColumnException(option, name, $"ImageNetwork: {option}: expected a column with a single value per row, received '{name}'; the "
            + $"columns are {string.Join(", ", data.Schema.Where(c => !c.IsHidden).Select(c => $"{c.Name} ({c.Type})"))}.");
}
