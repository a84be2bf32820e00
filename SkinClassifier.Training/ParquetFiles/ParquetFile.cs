using Parquet;
using Parquet.Schema;
using SkinClassifier.Common;

namespace SkinClassifier.Training.ParquetFiles;

/// <summary>A Parquet file, read a row group at a time. Whatever a damaged file makes of the library is told as such.</summary>
internal sealed class ParquetFile : IDisposable
{
    // What .NET gives to an exception that no operating system has reported; the library uses it for damaged files.
    private const int NotOfTheSystem = unchecked((int)0x80131620);

    private readonly ParquetReader _reader;
    private readonly string _path;

    private ParquetFile(ParquetReader reader, string path)
    {
        (_reader, _path) = (reader, path);
        Fields = reader.Schema.DataFields;
        Groups = [.. reader.RowGroups.Select(g => checked((int)g.RowCount))];
    }

    /// <summary>The columns that have values.</summary>
    public IReadOnlyList<DataField> Fields { get; }

    /// <summary>Rows of each row group.</summary>
    public IReadOnlyList<int> Groups { get; }

    /// <summary>Texts that the writer has put beside the table.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _reader.CustomMetadata;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidContentException">It is no Parquet file, or damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ParquetFile Open(string path)
    {
        FileKind.Require(path);
        return Guard(path, () => new ParquetFile(ParquetReader.CreateAsync(path, null, CancellationToken.None).GetAwaiter().GetResult(), path));
    }

    /// <summary>Bytes of a column.</summary>
    public byte[]?[] Bytes(int group, DataField field)
    {
        byte[]?[] values = new byte[]?[Groups[group]];
        Read(group, reader => reader.ReadAsync(field, values.AsMemory()!));
        return values;
    }

    /// <summary>Texts of a column.</summary>
    public string?[] Texts(int group, DataField field)
    {
        string?[] values = new string?[Groups[group]];
        Read(group, reader => reader.ReadAsync(field, values.AsMemory()!));
        return values;
    }

    /// <summary>Numbers of a column that may have none in a row.</summary>
    public T?[] Numbers<T>(int group, DataField field) where T : struct
    {
        T?[] values = new T?[Groups[group]];
        if (field.IsNullable)
            Read(group, reader => reader.ReadAsync(field, values.AsMemory()));
        else
        {
            T[] all = new T[values.Length];
            Read(group, reader => reader.ReadAsync(field, all.AsMemory()));
            for (int i = 0; i < all.Length; i++)
                values[i] = all[i];
        }
        return values;
    }

    /// <inheritdoc/>
    public void Dispose() => _reader.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Read(int group, Func<ParquetRowGroupReader, ValueTask> read) => Guard(_path, () =>
    {
        using ParquetRowGroupReader reader = _reader.OpenRowGroupReader(group);
        read(reader).AsTask().GetAwaiter().GetResult();
        return true;
    });

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (SkinClassifierException or OutOfMemoryException or UnauthorizedAccessException)
            && (error is not IOException || error is EndOfStreamException || error.HResult == NotOfTheSystem))
        {
            throw new InvalidContentException($"{path}: expected a Parquet file, received one that cannot be read ({error.Message}). Copy or write it again.",
                error);
        }
    }
}
