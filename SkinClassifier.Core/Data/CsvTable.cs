using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>A CSV file in memory: header and rows of text. The delimiter (comma, semicolon or tab) is taken from the header line; UTF-8, a byte order mark is allowed.</summary>
internal sealed class CsvTable
{
    private readonly Dictionary<string, int> _index = new(StringComparer.OrdinalIgnoreCase);

    private CsvTable(string name, string[] columns, List<string[]> rows)
    {
        Name = name;
        Columns = columns;
        Rows = rows;
        for (int i = 0; i < columns.Length; i++)
            _index.TryAdd(columns[i], i);
    }

    /// <summary>The file, for messages.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Position of a column, letter case ignored; −1 when there is none.</summary>
    public int IndexOf(string column) => _index.GetValueOrDefault(column, -1);

    /// <summary>A row as column → value.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary(string[] row)
    {
        Dictionary<string, string> values = new(Columns.Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Columns.Count; i++)
            values.TryAdd(Columns[i], row[i]);
        return values;
    }

    /// <summary>Reads <paramref name="path"/>.</summary>
    /// <exception cref="InvalidContentException">Not a CSV file, no header, or a row with another number of fields.</exception>
    public static CsvTable Read(string path)
    {
        FileKind.Require(path);
        using StreamReader reader = new(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        return Read(reader, path);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static CsvTable Read(TextReader reader, string name)
    {
        try
        {
            string text = reader.ReadToEnd();
            CsvConfiguration configuration = new(CultureInfo.InvariantCulture)
            {
                Delimiter = Delimiter(text),
                IgnoreBlankLines = true,
                BadDataFound = error => throw new InvalidContentException($"{name}: row {error.Context.Parser?.RawRow} has a quote in the wrong place. Put the whole field into double quotes and double the quotes inside it."),
            };
            using CsvParser parser = new(new StringReader(text), configuration);
            if (!parser.Read() || parser.Record is not { } header || header.All(string.IsNullOrWhiteSpace))
                throw new InvalidContentException($"{name}: expected a header line with column names, the file is empty.");
            string[] columns = [.. header.Select(c => c.Trim())];
            List<string[]> rows = [];
            while (parser.Read())
            {
                string[] row = parser.Record!;
                if (row.Length != columns.Length)
                    throw new InvalidContentException($"{name}: row {parser.RawRow} has {row.Length} fields, the header has {columns.Length}. Put fields that hold the delimiter or a line break into double quotes.");
                rows.Add([.. row.Select(v => v.Trim())]);
            }
            return new CsvTable(name, columns, rows);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidContentException($"{name}: the text is not UTF-8. Save the file as 'CSV UTF-8'.", error);
        }
        catch (CsvHelperException error)
        {
            throw new InvalidContentException($"{name}: not a readable CSV file. {error.Message}", error);
        }
    }

    private static string Delimiter(string text)
    {
        ReadOnlySpan<char> first = text.AsSpan();
        int end = first.IndexOfAny('\r', '\n');
        if (end >= 0)
            first = first[..end];
        int commas = first.Count(','), semicolons = first.Count(';'), tabs = first.Count('\t');
        return tabs > commas && tabs > semicolons ? "\t" : semicolons > commas ? ";" : ",";
    }
}
