using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.MLNet.Images;

namespace SkinClassifier.MLNet.Rows;

/// <summary>A row with the new columns. The image is worked on once per row, and only when a new column is asked for.</summary>
internal sealed class ImageRow : DataViewRow
{
    private readonly ImageTransformer _parent;
    private readonly DataViewRow _row;
    private readonly bool[] _active;
    private readonly ImageWork? _work;
    private readonly Func<ImageValue>? _read;
    private readonly ValueGetter<DataViewRowId>? _id;
    private long _done = -1;

    public ImageRow(ImageTransformer parent, DataViewSchema schema, DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        (_parent, Schema, _row) = (parent, schema, row);
        _active = new bool[schema.Count];
        foreach (DataViewSchema.Column column in activeColumns)
            _active[column.Index] = true;
        if (!_active.AsSpan(row.Schema.Count).Contains(true))
            return;
        _work = parent.Step.NewWork();
        _work.Explains = parent.Outputs.Where((o, i) => o.Explains && _active[row.Schema.Count + i]).Any();
        _read = ImageGetter.Of(row, parent.Input);
        _id = row.GetIdGetter();
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema { get; }

    /// <inheritdoc/>
    public override long Position => _row.Position;

    /// <inheritdoc/>
    public override long Batch => _row.Batch;

    /// <inheritdoc/>
    public override ValueGetter<DataViewRowId> GetIdGetter() => _row.GetIdGetter();

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ColumnException(nameof(column), column.Name,
                $"{_parent.Step.Name}: expected one of the columns that the cursor was made for, received '{column.Name}'.");
        int added = column.Index - _row.Schema.Count;
        if (added < 0)
            return _row.GetGetter<TValue>(_row.Schema[column.Index]);
        return _parent.Outputs[added].Getter(_work!, Refresh) as ValueGetter<TValue> ?? throw new ColumnException(nameof(column), column.Name,
            $"{_parent.Step.Name}: expected the type {column.Type.RawType.Name} for the column '{column.Name}', received {typeof(TValue).Name}.");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _work?.Dispose();
            _row.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Refresh()
    {
        if (_done == _row.Position)
            return;
        DataViewRowId id = default;
        _id!(ref id);
        _work!.Run(_read!, id.Low, _parent.Step.ThrowOnUnreadableImage);
        _done = _row.Position;
        if (_work.Error.Length > 0)
            _parent.Warn(_work.Error);
    }
}
