using System.Globalization;
using System.Text;

namespace SkinClassifier.Data;

/// <summary>
/// Rows of RFC 4180: comma, CR LF, fields with comma, quote, line break or blanks at an end in double quotes. Numbers are invariant and read back to
/// the same value.
/// </summary>
internal sealed class CsvText
{
    private readonly StringBuilder _text = new();

    public CsvText(params ReadOnlySpan<string> header) => Row(header);

    public void Row(params ReadOnlySpan<string> fields)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                _text.Append(',');
            if (fields[i].AsSpan().ContainsAny(",\"\r\n")
                || fields[i].Length > 0 && (char.IsWhiteSpace(fields[i][0]) || char.IsWhiteSpace(fields[i][^1]))
                || (fields.Length == 1 && fields[i].Length == 0))
                _text.Append('"').Append(fields[i].Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            else
                _text.Append(fields[i]);
        }
        _text.Append("\r\n");
    }

    /// <summary>One row as text, with its line break.</summary>
    public static string Line(params ReadOnlySpan<string> fields) => new CsvText(fields).ToString();

    public static string Number(double? value) => value is double number ? number.ToString("R", CultureInfo.InvariantCulture) : "";

    /// <summary>Nine digits, so that readers with 64 bit numbers see the 32 bit value, not a rounder neighbor.</summary>
    public static string Number(float value) => value.ToString("G9", CultureInfo.InvariantCulture);

    public override string ToString() => _text.ToString();
}
