using System.Buffers;
using System.Globalization;
using System.Text;

namespace SkinClassifier.Training.Output;

/// <summary>
/// Text from outside (paths, class names, what a model file says, messages) made harmless for a terminal: control characters, which could move the cursor,
/// change colors or the clipboard, and marks that turn the direction of the text around are shown as \u001b. The one place for it.
/// </summary>
internal static class CleanText
{
    private static readonly SearchValues<char> Lines = SearchValues.Create(Unwanted('\n', '\t', '\r'));
    private static readonly SearchValues<char> Line = SearchValues.Create(Unwanted());

    /// <summary>One line: line ends and tabs are shown, too.</summary>
    public static string OneLine(string text) => text.AsSpan().ContainsAny(Line) ? Escape(text, Line) : text;

    /// <summary>Text of several lines: line ends and tabs stay. A carriage return alone, which would overwrite its line, does not.</summary>
    public static string ManyLines(string text)
    {
        bool overwrites = false;
        for (int at = text.IndexOf('\r'); at >= 0 && !overwrites; at = text.IndexOf('\r', at + 1))
            overwrites = at + 1 == text.Length || text[at + 1] != '\n';
        return overwrites || text.AsSpan().ContainsAny(Lines) ? Escape(text, Lines) : text;
    }

    private static string Escape(string text, SearchValues<char> unwanted)
    {
        StringBuilder result = new(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            bool overwrites = c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n');
            if (overwrites || unwanted.Contains(c))
                result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                result.Append(c);
        }
        return result.ToString();
    }

    // C0 and C1 control characters, delete, line and paragraph separators, and what embeds, overrides or isolates a direction.
    private static string Unwanted(params ReadOnlySpan<char> kept)
    {
        StringBuilder all = new();
        for (int c = 0; c <= char.MaxValue; c++)
            if ((char.IsControl((char)c) || c is >= 0x2028 and <= 0x202E or >= 0x2066 and <= 0x2069) && !kept.Contains((char)c))
                all.Append((char)c);
        return all.ToString();
    }
}
