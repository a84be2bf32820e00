using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace SkinClassifier.MLNet.Images;

/// <summary>What a column that holds images can be.</summary>
internal enum ImageColumnKind
{
    /// <summary>Text: the path of a file.</summary>
    Path,

    /// <summary>A vector of bytes: the content of a file.</summary>
    Bytes,

    /// <summary>ML.NET's decoded images.</summary>
    Image,
}

/// <summary>The column that a transformer reads its images from.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Width">Columns of every image where the type says so; else 0.</param>
/// <param name="Height">Rows of every image where the type says so; else 0.</param>
internal sealed record ImageColumn(string Name, ImageColumnKind Kind, int Width = 0, int Height = 0)
{
    private const string Wanted = "a path (text), an image (MLImage) or the bytes of an image file (vector of byte)";

    /// <summary>Finds the column in a schema.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is of another type.</exception>
    public static ImageColumn Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        return column.Type switch
        {
            TextDataViewType => new ImageColumn(name, ImageColumnKind.Path),
            VectorDataViewType { ItemType: NumberDataViewType item } when item == NumberDataViewType.Byte => new ImageColumn(name, ImageColumnKind.Bytes),
            ImageDataViewType image => new ImageColumn(name, ImageColumnKind.Image, image.Width, image.Height),
            _ => throw new ColumnException(nameof(name), name, $"Column '{name}': expected {Wanted}, received {column.Type}. Name the "
                + $"column with the images, or make one with LoadImages or LoadRawImageBytes."),
        };
    }

    /// <summary>Checks that a table's column is of the kind that the model was made for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not.</exception>
    public void Check(DataViewSchema schema)
    {
        ImageColumn found = Find(schema, Name);
        if (found.Kind != Kind)
            throw new ColumnException(nameof(schema), Name, $"Column '{Name}': expected {Text(Kind)}, as the images that the model was fitted "
                + $"with, received {Text(found.Kind)}. Give the same kind of column, or fit again.");
    }

    /// <summary>Checks that an estimator's input has the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        if (schema.All(c => c.Name != name))
            throw Missing(name, schema.Select(c => c.Name));
    }

    private static ColumnException Missing(string name, IEnumerable<string> present) => new(nameof(name), name,
        $"Column '{name}': expected a column with {Wanted}, received a table without it; its columns are {string.Join(", ", present)}. Name one of them.");

    private static string Text(ImageColumnKind kind) => kind switch
    {
        ImageColumnKind.Path => "a path (text)",
        ImageColumnKind.Bytes => "the bytes of an image file (vector of byte)",
        _ => "an image (MLImage)",
    };
}
