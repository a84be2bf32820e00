using SkinClassifier.Models;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Checkpoints;

/// <summary>
/// Writes values to a checkpoint or reads them from it: each passes through here once, so that both directions have one order.
/// Every method gives back the value that holds afterwards: the given one when writing, the read one when reading.
/// </summary>
internal sealed class BinaryExchange
{
    private static readonly TrainingEpoch _noRow = new(0, "", 0, 0, null, null, 0, 0);
    private readonly BinaryReader? _reader;
    private readonly BinaryWriter? _writer;

    /// <summary>Reads.</summary>
    public BinaryExchange(BinaryReader reader) => _reader = reader;

    /// <summary>Writes.</summary>
    public BinaryExchange(BinaryWriter writer) => _writer = writer;

    /// <summary>Whether values are read.</summary>
    public bool IsReading => _reader is not null;

    /// <summary>Yes or no.</summary>
    public bool Of(bool value) => Pass(value, r => r.ReadBoolean(), (w, v) => w.Write(v));

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

    /// <summary>Rows of the history.</summary>
    public void List(List<TrainingEpoch> rows) => List(rows, _noRow, row => new TrainingEpoch(
        Of(row.Epoch), Of(row.Phase), Of(row.TrainLoss), Of(row.TrainAccuracy), Of(row.ValidationLoss), Of(row.ValidationAccuracy), Of(row.LearningRate),
        Of(row.Seconds)));

    /// <summary>Metrics of the validation set, or nothing.</summary>
    public ValidationMetrics? Of(ValidationMetrics? metrics)
    {
        bool has = Of(metrics.HasValue);
        ValidationMetrics value = metrics.GetValueOrDefault();
        value = new ValidationMetrics(Of(value.Loss), Of(value.Accuracy), Of(value.MacroAccuracy), Of(value.Watched));
        return has ? value : null;
    }

    /// <summary>Raw scores, labels and positions of images, or nothing.</summary>
    public ScoredImages? Of(ScoredImages? scored)
    {
        bool has = Of(scored.HasValue);
        float[] scores = Of(scored?.Scores ?? []);
        int[] labels = Of(scored?.Labels ?? []), images = Of(scored?.Images ?? []);
        return has ? new ScoredImages(scores, labels, images) : null;
    }

    /// <summary>Whole numbers, their halves of 16 bits as floats, which hold them exactly.</summary>
    private int[] Of(int[] values)
    {
        float[] low = Of([.. values.Select(v => (float)(v & 0xFFFF))]), high = Of([.. values.Select(v => (float)(v >> 16))]);
        return [.. low.Select((v, i) => (int)high[i] << 16 | (int)v)];
    }

    private float[] Of(float[] values) => Pass(values, r => r.ReadFloatArray(), (w, v) => w.WriteFloats(v));

    private T Pass<T>(T value, Func<BinaryReader, T> read, Action<BinaryWriter, T> write)
    {
        if (_reader is not null)
            return read(_reader);
        write(_writer!, value);
        return value;
    }
}
