using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Rows;

/// <summary>Adds a transformer's columns to the rows of one schema.</summary>
internal sealed class ImageRowMapper(ImageTransformer parent, DataViewSchema input) : IRowToRowMapper
{
    /// <inheritdoc/>
    public DataViewSchema InputSchema => input;

    /// <inheritdoc/>
    public DataViewSchema OutputSchema { get; } = parent.GetOutputSchema(input);

    /// <inheritdoc/>
    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => dependingColumns
        .Select(c => c.Index < input.Count ? c.Index : input[parent.Input.Name].Index).Distinct().Order().Select(i => input[i]);

    /// <inheritdoc/>
    DataViewRow IRowToRowMapper.GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new ImageRow(parent, OutputSchema, row, activeColumns);
}
