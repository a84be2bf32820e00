using Parquet;
using Parquet.Schema;
using SkinClassifier.Common;

namespace SkinClassifier.Training.ParquetFiles;

/// <summary>Writes a Parquet file of texts and numbers, a row group of a fixed number of rows at a time. The same rows give the same bytes.</summary>
internal sealed class ParquetTable : IDisposable
{
    /// <summary>Rows of a row group; the last one may have fewer.</summary>
    public const int RowsPerGroup = 8192;

    private readonly ParquetSchema _schema;
    private readonly ParquetWriter _writer;
    private readonly string?[][] _texts;
    private readonly float?[][] _numbers;
    private int _rows;

    /// <summary>Begins a file.</summary>
    /// <param name="stream">Stays open.</param>
    /// <param name="texts">Columns of texts, which come first.</param>
    /// <param name="numbers">Columns of numbers.</param>
    public ParquetTable(Stream stream, IReadOnlyList<string> texts, IReadOnlyList<string> numbers)
    {
        _schema = new ParquetSchema([.. texts.Select(t => new DataField(t, typeof(string), true)),
            .. numbers.Select(n => new DataField(n, typeof(float), true))]);
        _texts = [.. texts.Select(_ => new string?[RowsPerGroup])];
        _numbers = [.. numbers.Select(_ => new float?[RowsPerGroup])];
        _writer = ParquetWriter.CreateAsync(_schema, stream, new ParquetOptions { CompressionMethod = CompressionMethod.Snappy }).GetAwaiter().GetResult();
    }

    /// <summary>Adds a row.</summary>
    public void Row(IReadOnlyList<string?> texts, ReadOnlySpan<float?> numbers)
    {
        for (int c = 0; c < _texts.Length; c++)
            _texts[c][_rows] = texts[c];
        for (int c = 0; c < _numbers.Length; c++)
            _numbers[c][_rows] = numbers[c];
        if (++_rows == RowsPerGroup)
            WriteGroup();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_rows > 0)
            WriteGroup();
        _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The rows of several files, all with the same columns, become one file, with the bytes of one that was written at once.</summary>
    /// <exception cref="InvalidContentException">A file is damaged.</exception>
    public static void Join(IReadOnlyList<string> files, string path) => AtomicFile.Write(path, stream =>
    {
        ParquetTable? table = null;
        try
        {
            foreach (string name in files)
            {
                using ParquetFile file = ParquetFile.Open(name);
                DataField[] texts = [.. file.Fields.Where(f => f.ClrType != typeof(float))], numbers = [.. file.Fields.Where(f => f.ClrType == typeof(float))];
                table ??= new ParquetTable(stream, [.. texts.Select(t => t.Name)], [.. numbers.Select(n => n.Name)]);
                for (int group = 0; group < file.Groups.Count; group++)
                {
                    string?[][] words = [.. texts.Select(t => file.Texts(group, t))];
                    float?[][] values = [.. numbers.Select(n => file.Numbers<float>(group, n))];
                    for (int row = 0; row < file.Groups[group]; row++)
                        table.Row([.. words.Select(w => w[row])], [.. values.Select(v => v[row])]);
                }
            }
        }
        finally
        {
            table?.Dispose();
        }
    });

    private void WriteGroup()
    {
        using (ParquetRowGroupWriter group = _writer.CreateRowGroup())
        {
            for (int c = 0; c < _texts.Length; c++)
                group.WriteAsync(_schema.DataFields[c], _texts[c][.._rows]!).GetAwaiter().GetResult();
            for (int c = 0; c < _numbers.Length; c++)
                group.WriteAsync<float>(_schema.DataFields[_texts.Length + c], _numbers[c].AsMemory(0, _rows)).GetAwaiter().GetResult();
            group.CompleteValidate();
        }
        _rows = 0;
    }
}
