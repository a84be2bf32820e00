using System.Text;

namespace SkinClassifier.Reports.Sheets;

/// <summary>Names and tables as Markdown.</summary>
internal static class Markdown
{
    /// <summary>Text on one line.</summary>
    public static string Plain(string text) => text.ReplaceLineEndings(" ");

    /// <summary>Text of a table's cell.</summary>
    public static string Cell(string text) => Plain(text).Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>A name in the letters of code.</summary>
    public static string Code(string text) => $"`{Plain(text).Replace('`', '\'')}`";

    /// <summary>A table; the first column is aligned to the left, the others to the right. Cells are written as they are.</summary>
    public static string Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        StringBuilder text = new();
        text.Append($"| {string.Join(" | ", columns)} |\n|---|{string.Concat(Enumerable.Repeat("--:|", columns.Count - 1))}\n");
        foreach (IReadOnlyList<string> row in rows)
            text.Append($"| {string.Join(" | ", row)} |\n");
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>A list of sentences; null where there is none.</summary>
    public static string? List(IEnumerable<string> sentences) => string.Join('\n', sentences.Select(s => "- " + s)) is { Length: > 0 } list ? list : null;

    /// <summary>Paragraphs; those that are null are left out, and where all are, the answer is null.</summary>
    public static string? Paragraphs(params IReadOnlyList<string?> parts) =>
        string.Join("\n\n", parts.Where(p => !string.IsNullOrEmpty(p))) is { Length: > 0 } text ? text : null;

    /// <summary>Sentences on one line; those that are null are left out, and where all are, the answer is null.</summary>
    public static string? Sentences(params IReadOnlyList<string?> parts) =>
        string.Join(' ', parts.Where(p => !string.IsNullOrEmpty(p))) is { Length: > 0 } text ? text : null;
}
