using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace SkinClassifier.MLNet.Training;

/// <summary>The column of the class: a key, whose values are numbered from 1.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Names">Names of the classes in the order of the key; numbers from 1 where the key has none.</param>
internal sealed record LabelColumn(string Name, IReadOnlyList<string> Names)
{
    private const string Wanted = "a key", Advice = "Put MapValueToKey in front of the trainer.";

    /// <summary>Finds the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, it is no key, or the key says not how many values it has.</exception>
    public static LabelColumn Find(DataViewSchema schema, string name)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        if (column.Type is not KeyDataViewType key)
            throw Wrong(name, $"{column.Type}");
        string[]? names = KeyNames(column);
        if (names is null && key.Count is 0 or > int.MaxValue)
            throw new ColumnException(nameof(name), name, $"Label column '{name}': expected a key of known size, received {key}. {Advice}");
        return new LabelColumn(name, names ?? [.. Enumerable.Range(1, (int)key.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>Checks that an estimator's input has the column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such column, or it is no key.</exception>
    public static void Check(SchemaShape schema, string name)
    {
        foreach (SchemaShape.Column column in schema)
            if (column.Name == name)
            {
                if (!column.IsKey)
                    throw Wrong(name, $"{column.ItemType}");
                return;
            }
        throw Missing(name, schema.Select(c => c.Name));
    }

    /// <summary>Reads the key of the row where the cursor stands; 0 where it is missing.</summary>
    public static Func<ulong> Reader(DataViewRow row, DataViewSchema.Column column) => column.Type.RawType switch
    {
        var t when t == typeof(byte) => Read<byte>(row, column, v => v),
        var t when t == typeof(ushort) => Read<ushort>(row, column, v => v),
        var t when t == typeof(uint) => Read<uint>(row, column, v => v),
        _ => Read<ulong>(row, column, v => v),
    };

    private static Func<ulong> Read<T>(DataViewRow row, DataViewSchema.Column column, Func<T, ulong> number)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return number(value);
        };
    }

    private static string[]? KeyNames(DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues") is not { Type: VectorDataViewType { ItemType: var item } })
            return null;
        return item.RawType switch
        {
            var t when t == typeof(ReadOnlyMemory<char>) => Text<ReadOnlyMemory<char>>(column),
            var t when t == typeof(float) => Text<float>(column),
            var t when t == typeof(double) => Text<double>(column),
            var t when t == typeof(int) => Text<int>(column),
            var t when t == typeof(uint) => Text<uint>(column),
            var t when t == typeof(long) => Text<long>(column),
            var t when t == typeof(ulong) => Text<ulong>(column),
            var t when t == typeof(bool) => Text<bool>(column),
            _ => null,
        };
    }

    private static string[] Text<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.Annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues().Select(v => Convert.ToString(v is ReadOnlyMemory<char> text ? text.ToString() : v, CultureInfo.InvariantCulture)!)];
    }

    private static ColumnException Wrong(string name, string type) =>
        new(nameof(name), name, $"Label column '{name}': expected {Wanted}, received {type}. {Advice}");

    private static ColumnException Missing(string name, IEnumerable<string> present) => new(nameof(name), name,
        $"Label column '{name}': expected {Wanted}, received a table without it; its columns are {string.Join(", ", present)}. {Advice}");
}
