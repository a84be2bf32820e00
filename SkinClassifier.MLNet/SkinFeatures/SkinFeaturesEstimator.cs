using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.SkinFeatures;

/// <summary>
/// Image column → classical descriptors (<see cref="SkinFeatureExtractor"/>). Nothing is trained: <see cref="Fit"/> reads no row. The transformer is a
/// chain of ML.NET's own steps, so it can be saved and loaded, and is lazy: an image is read when its row's descriptors are asked for.
/// </summary>
public sealed class SkinFeaturesEstimator : IEstimator<ITransformer>
{
    private readonly string _output, _input;
    private readonly bool _missingAsNaN;

    internal SkinFeaturesEstimator(string outputColumnName, string inputColumnName, bool missingAsNaN) =>
        (_output, _input, _missingAsNaN) = (outputColumnName, inputColumnName, missingAsNaN);

    /// <summary>Makes the transformer.</summary>
    /// <param name="input">Rows with the image column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds something else than paths or bytes.</exception>
    public ITransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column column = input.Schema.GetColumnOrNull(_input) ?? throw Missing(nameof(input));
        bool isBytes = column.Type is VectorDataViewType vector && vector.ItemType.Equals(NumberDataViewType.Byte);
        if (column.Type is not TextDataViewType && !isBytes)
            throw Wrong($"{column.Type}", nameof(input));
        return SkinFeatureChain.Make(input, _output, _input, _missingAsNaN);
    }

    /// <summary>The shape of the output: the input's columns and a vector of 176 numbers with slot names.</summary>
    /// <param name="inputSchema">The shape of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or holds something else than paths or bytes.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] found = [.. inputSchema.Where(c => c.Name == _input)];
        if (found.Length == 0)
            throw Missing(nameof(inputSchema));
        bool isPath = found[^1].Kind == SchemaShape.Column.VectorKind.Scalar && found[^1].ItemType is TextDataViewType;
        bool isBytes = found[^1].Kind != SchemaShape.Column.VectorKind.Scalar && found[^1].ItemType.Equals(NumberDataViewType.Byte);
        if (!isPath && !isBytes)
            throw Wrong($"{found[^1].Kind} of {found[^1].ItemType}", nameof(inputSchema));
        // Columns of a shape have no public constructor; the estimators that do the work make them.
        MLContext context = new();
        SchemaShape named = context.Transforms.CustomMapping<NoRow, ShapeRow>((_, _) => { }, null)
            .Append(context.Transforms.Conversion.MapValueToKey("Label"))
            .Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", SkinFeatureChain.Values))
            .Append(context.Transforms.Conversion.ConvertType(_output, "Score", DataKind.Single))
            .GetOutputSchema(new SchemaShape([]));
        return new SchemaShape(inputSchema.Where(c => c.Name != _output).Append(named.Last(c => c.Name == _output)));
    }

    private ArgumentOutOfRangeException Missing(string parameter) =>
        new(parameter, $"ExtractSkinFeatures: expected a column '{_input}', found none of that name. Name the column of the images as inputColumnName.");

    private ArgumentOutOfRangeException Wrong(string type, string parameter) => new(parameter, $"ExtractSkinFeatures, column '{_input}': expected paths "
        + $"(text) or bytes of image files (vector of byte), received {type}. LoadRawImageBytes makes bytes of paths.");

    /// <summary>No column at all.</summary>
    private sealed class NoRow { }

    /// <summary>What the step that names the slots starts from.</summary>
    private sealed class ShapeRow
    {
        [ColumnName(SkinFeatureChain.Values), VectorType(SkinFeatureExtractor.Length)]
        public float[] Values { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
