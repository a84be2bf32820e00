namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>
/// Writes values to a checkpoint or reads them from it: each passes through here once, so that both directions have one order.
/// Every method gives back the value that holds afterwards: the given one when writing, the read one when reading.
/// </summary>
internal sealed class BinaryExchange
{
    private readonly BinaryReader? _reader;
    private readonly BinaryWriter? _writer;

    /// <summary>Reads.</summary>
    public BinaryExchange(BinaryReader reader) => _reader = reader;

    /// <summary>Writes.</summary>
    public BinaryExchange(BinaryWriter writer) => _writer = writer;

    /// <summary>Whether values are read.</summary>
    public bool IsReading => _reader is not null;

    /// <summary>A whole number.</summary>
    public int Of(int value) => Pass(value, r => r.ReadInt32(), (w, v) => w.Write(v));

    /// <summary>A long whole number.</summary>
    public long Of(long value) => Pass(value, r => r.ReadInt64(), (w, v) => w.Write(v));

    /// <summary>A number.</summary>
    public double Of(double value) => Pass(value, r => r.ReadDouble(), (w, v) => w.Write(v));

    /// <summary>A text.</summary>
    public string Of(string value) => Pass(value, r => r.ReadString(), (w, v) => w.Write(v));

    /// <summary>A number or nothing.</summary>
    public double? Of(double? value) => Pass(value, r => r.ReadOptional(), (w, v) => w.WriteOptional(v));

    /// <summary>An array whose length is known on both sides; filled in place when reading.</summary>
    /// <exception cref="Common.InvalidContentException">The checkpoint has another number of values.</exception>
    public void Fill(Span<float> values)
    {
        if (_reader is null)
            _writer!.WriteFloats(values);
        else
            _reader.ReadFloats(values);
    }

    /// <summary>Arrays whose number and lengths are known on both sides; null: none.</summary>
    public void Fill(IEnumerable<float[]>? arrays)
    {
        foreach (float[] array in arrays ?? [])
            Fill(array);
    }

    /// <summary>
    /// A list: count, then items. Reading adds to it; <paramref name="item"/> gets the written item, or <paramref name="empty"/> when reading.
    /// </summary>
    public void List<T>(List<T> list, T empty, Func<T, T> item)
    {
        int written = IsReading ? 0 : list.Count, count = Of(list.Count);
        for (int i = 0; i < written; i++)
            item(list[i]);
        for (int i = written; i < count; i++)
            list.Add(item(empty));
    }

    private T Pass<T>(T value, Func<BinaryReader, T> read, Action<BinaryWriter, T> write)
    {
        if (_reader is not null)
            return read(_reader);
        write(_writer!, value);
        return value;
    }
}
