using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.Data;

/// <summary>
/// Reads values of a column of ML.NET's tables as text: text itself, keys by their names, numbers, truth values and times in the invariant culture;
/// missing values are null.
/// </summary>
internal static class DataViewText
{
    /// <summary>The reader of a column for the row where the cursor stands; null when the column is no single value.</summary>
    public static Func<string?>? Of(DataViewRow row, DataViewSchema.Column column) => column.Type switch
    {
        TextDataViewType => Read<ReadOnlyMemory<char>>(row, column, v => v.ToString()),
        KeyDataViewType key when key.RawType == typeof(byte) => Key<byte>(row, column, v => v),
        KeyDataViewType key when key.RawType == typeof(ushort) => Key<ushort>(row, column, v => v),
        KeyDataViewType key when key.RawType == typeof(uint) => Key<uint>(row, column, v => v),
        KeyDataViewType => Key<ulong>(row, column, v => v),
        BooleanDataViewType => Read<bool>(row, column, v => v ? "True" : "False"),
        NumberDataViewType number => Number(row, column, number),
        DateTimeDataViewType => Read<DateTime>(row, column, v => v.ToString("O", CultureInfo.InvariantCulture)),
        DateTimeOffsetDataViewType => Read<DateTimeOffset>(row, column, v => v.ToString("O", CultureInfo.InvariantCulture)),
        TimeSpanDataViewType => Read<TimeSpan>(row, column, v => v.ToString("c", CultureInfo.InvariantCulture)),
        _ => null,
    };

    private static Func<string?>? Number(DataViewRow row, DataViewSchema.Column column, NumberDataViewType type) => Type.GetTypeCode(type.RawType) switch
    {
        TypeCode.Single => Read<float>(row, column, v => float.IsNaN(v) ? null : v.ToString("R", CultureInfo.InvariantCulture)),
        TypeCode.Double => Read<double>(row, column, v => double.IsNaN(v) ? null : v.ToString("R", CultureInfo.InvariantCulture)),
        TypeCode.SByte => Whole<sbyte>(row, column),
        TypeCode.Byte => Whole<byte>(row, column),
        TypeCode.Int16 => Whole<short>(row, column),
        TypeCode.UInt16 => Whole<ushort>(row, column),
        TypeCode.Int32 => Whole<int>(row, column),
        TypeCode.UInt32 => Whole<uint>(row, column),
        TypeCode.Int64 => Whole<long>(row, column),
        TypeCode.UInt64 => Whole<ulong>(row, column),
        _ => null,
    };

    private static Func<string?> Whole<T>(DataViewRow row, DataViewSchema.Column column) where T : IFormattable =>
        Read<T>(row, column, v => v.ToString(null, CultureInfo.InvariantCulture));

    private static Func<string?> Key<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> number)
    {
        string[]? names = Names(column);
        return Read<T>(row, column, v => number(v) switch
        {
            0 => null,
            var key when names is not null && key <= (ulong)names.Length => names[key - 1],
            var key => key.ToString(CultureInfo.InvariantCulture),
        });
    }

    /// <summary>Names of a key's values; null when the column brings none as text.</summary>
    private static string[]? Names(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue("KeyValues", ref names);
        return [.. names.DenseValues().Select(n => n.ToString())];
    }

    private static Func<string?> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, string?> text)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return text(value);
        };
    }
}
