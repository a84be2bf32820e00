using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.Data;

/// <summary>Walks over every n-th image of a dataset, in its order or a shuffled one. Cursors share nothing that changes: many may run at once.</summary>
internal sealed class ImageRowCursor : DataViewRowCursor
{
    private const int ImagePath = 0, Label = 1, Split = 2, Metadata = 3;
    private readonly ImageDataset _data;
    private readonly int[]? _order;
    private readonly bool[] _active;
    private readonly int _first, _step;
    private long _position = -1;
    private int _row;
    private bool _ended;

    /// <summary>Starts before the first row.</summary>
    /// <param name="data">The dataset.</param>
    /// <param name="columnsNeeded">Columns that will be asked for.</param>
    /// <param name="order">Order of the rows; null: as they are.</param>
    /// <param name="first">Place of the first row in the order.</param>
    /// <param name="step">Rows from one to the next.</param>
    public ImageRowCursor(ImageDataset data, IEnumerable<DataViewSchema.Column> columnsNeeded, int[]? order, int first, int step)
    {
        (_data, _order, _first, _step) = (data, order, first, step);
        _active = new bool[data.Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
            _active[column.Index] = true;
    }

    /// <inheritdoc/>
    public override DataViewSchema Schema => _data.Schema;

    /// <inheritdoc/>
    public override long Position => _position;

    /// <summary>Place of the row in the whole order, where several cursors share it: their rows can be merged by it.</summary>
    public override long Batch => _step == 1 || _position < 0 ? 0 : _first + _position * _step;

    /// <inheritdoc/>
    public override bool MoveNext()
    {
        long next = _first + (_position + 1) * _step;
        if (_ended || next >= _data.Examples.Count)
        {
            (_ended, _position) = (true, -1);
            return false;
        }
        _position++;
        _row = _order is null ? (int)next : _order[next];
        return true;
    }

    /// <inheritdoc/>
    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

    /// <summary>The row's place in the dataset, the same in every order.</summary>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = new DataViewRowId((ulong)Row, 0);

    /// <inheritdoc/>
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new ArgumentOutOfRangeException(
                nameof(column), column.Name, $"ImageDataset: expected one of the columns that the cursor was made for, received '{column.Name}'.");
        string name = column.Index >= Metadata ? _data.MetadataColumns[column.Index - Metadata] : "";
        Delegate getter = column.Index switch
        {
            ImagePath => Text(e => e.File ?? e.Path),
            Label => (ValueGetter<uint>)((ref uint value) => value = (uint)(_data.Examples[Row].LabelIndex + 1)),
            Split => Text(e => e.Split == DatasetSplit.Unassigned ? "" : SplitNames.NameOf(e.Split)),
            _ => Text(e => e.Columns.GetValueOrDefault(name, "")),
        };
        return getter as ValueGetter<TValue>
            ?? throw new ArgumentException(
                $"ImageDataset: expected the type {column.Type.RawType.Name} for the column '{column.Name}', received {typeof(TValue).Name}.", nameof(column));
    }

    private ValueGetter<ReadOnlyMemory<char>> Text(Func<ImageExample, string> read) => (ref ReadOnlyMemory<char> value) =>
        value = read(_data.Examples[Row]).AsMemory();

    private int Row =>
        _position >= 0 ? _row : throw new InvalidOperationException("ImageDataset: expected MoveNext to have returned true before a value is asked for.");
}
