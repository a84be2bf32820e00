using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>
/// A CSV file in memory: header and rows of text, as they stand there (RFC 4180: blanks are part of a field; those around column names are not).
/// The delimiter (comma, semicolon or tab) is found from the first rows, or named by a first line "sep=;". UTF-8, or UTF-16 and UTF-32 with a byte order mark.
/// </summary>
internal sealed class CsvTable
{
    private const int Sampled = 20;
    private readonly Dictionary<string, int> _index = new(StringComparer.OrdinalIgnoreCase);

    private CsvTable(string name, string[] columns, List<string[]> rows)
    {
        Name = name;
        Columns = columns;
        Rows = rows;
        for (int i = 0; i < columns.Length; i++)
            _index.TryAdd(CanonicalForm.Of(columns[i]), i);
    }

    /// <summary>The file, for messages.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Columns { get; }

    /// <summary>The fields of every row, blanks included.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Position of a column, letter case ignored; −1 when there is none.</summary>
    public int IndexOf(string column) => _index.GetValueOrDefault(CanonicalForm.Of(column.Trim()), -1);

    /// <summary>A row as column → value, blanks around the values cut off.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary(string[] row)
    {
        Dictionary<string, string> values = new(Columns.Count, StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < Columns.Count; i++)
            values.TryAdd(Columns[i], row[i].Trim());
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
            if (text.StartsWith("PK\u0003\u0004", StringComparison.Ordinal))
                throw new InvalidContentException(
                    $"{name}: expected a CSV file, received a spreadsheet or another zip archive. Save the table as 'CSV UTF-8'.");
            if (text.Contains('\0'))
                throw new InvalidContentException(
                    $"{name}: expected text, received bytes of value 0 (UTF-16 without a byte order mark, or no text at all). Save the file as 'CSV UTF-8'.");
            string? named = Named(ref text);
            string[] delimiters = named is not null ? [named] : Delimiters(text);
            string chosen = delimiters.Length == 1 ? delimiters[0] : delimiters.FirstOrDefault(d => IsEven(text, name, d)) ?? delimiters[0];
            return Parse(text, name, chosen, int.MaxValue);
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

    private static CsvTable Parse(string text, string name, string delimiter, int most)
    {
        CsvConfiguration configuration = new(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter,
            IgnoreBlankLines = true,
            BadDataFound = error =>
                throw new InvalidContentException($"{name}: row {error.Context.Parser?.RawRow} has a quote in the wrong place. Put the whole field "
                    + $"into double quotes and double the quotes inside it."),
        };
        using CsvParser parser = new(new StringReader(text), configuration);
        if (!parser.Read() || parser.Record is not { } header || header.All(string.IsNullOrWhiteSpace))
            throw new InvalidContentException($"{name}: expected a header line with column names, the file is empty.");
        string[] columns = [.. header.Select(c => c.Trim())];
        List<string[]> rows = [];
        while (rows.Count < most && parser.Read())
        {
            string[] row = parser.Record!;
            if (row.Length != columns.Length)
                throw new InvalidContentException($"{name}: row {parser.RawRow} has {row.Length} fields, the header has {columns.Length}. Put fields "
                    + $"that hold the delimiter or a line break into double quotes.");
            rows.Add(row);
        }
        return new CsvTable(name, columns, rows);
    }

    /// <summary>The delimiter that a first line "sep=;" names, as Excel writes it; the line is cut off.</summary>
    private static string? Named(ref string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        if (end < 5 || !text.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || text[..end].Trim().Length > 5)
            return null;
        string delimiter = text.Substring(4, 1);
        text = text[end..];
        return delimiter;
    }

    /// <summary>The delimiters in the header line, outside quotes, the most frequent first; a comma where there is none.</summary>
    private static string[] Delimiters(string text)
    {
        Dictionary<char, int> counts = new() { [','] = 0, [';'] = 0, ['\t'] = 0 };
        bool quoted = false;
        foreach (char c in text.AsSpan().TrimStart("\r\n"))
        {
            if (c == '"')
                quoted = !quoted;
            else if (!quoted && c is '\r' or '\n')
                break;
            else if (!quoted && counts.TryGetValue(c, out int count))
                counts[c] = count + 1;
        }
        string[] found = [.. counts.Where(c => c.Value > 0).OrderByDescending(c => c.Value).Select(c => c.Key.ToString())];
        return found.Length > 0 ? found : [","];
    }

    /// <summary>Whether the first rows have as many fields as the header.</summary>
    private static bool IsEven(string text, string name, string delimiter)
    {
        try
        {
            Parse(text, name, delimiter, Sampled);
            return true;
        }
        catch (Exception error) when (error is InvalidContentException or CsvHelperException)
        {
            return false;
        }
    }
}
