using System.Runtime.CompilerServices;
using System.Text;

namespace SkinClassifier.KernelGenerator;

/// <summary>
/// A template of C# lines: a raw string whose placeholders may hold several lines. A placeholder that begins its line gives every line of its value
/// the indentation of the placeholder; an empty value takes the whole line away.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Code
{
    private readonly StringBuilder _text;

    /// <summary>Called by the compiler.</summary>
    public Code(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + 64 * formattedCount);

    /// <summary>The text of the filled template; lines end with \n.</summary>
    public static string Of(Code code) => code._text.ToString().TrimStart('\n');

    /// <summary>One line for each number from <paramref name="first"/> to below <paramref name="end"/>.</summary>
    public static string Lines(int first, int end, Func<int, string> line) => Join(Enumerable.Range(first, Math.Max(0, end - first)).Select(line));

    /// <summary>The texts one below the other; empty ones are left out.</summary>
    public static string Join(IEnumerable<string> texts) => string.Join('\n', texts.Where(t => t.Length > 0));

    /// <summary>The members one below the other, with an empty line between them.</summary>
    public static string Members(IEnumerable<string> members) => string.Join("\n\n", members);

    /// <summary>Called by the compiler for the text between placeholders.</summary>
    public void AppendLiteral(string text) => _text.Append(text.ReplaceLineEndings("\n"));

    /// <summary>Called by the compiler for a number.</summary>
    public void AppendFormatted(int value) => _text.Append(value);

    /// <summary>Called by the compiler for a text of any number of lines.</summary>
    public void AppendFormatted(string value)
    {
        int start = _text.Length;
        while (start > 0 && _text[start - 1] == ' ')
            start--;
        if (start > 0 && _text[start - 1] != '\n')
            _text.Append(value);
        else if (value.Length > 0)
            _text.Append(value.Replace("\n", "\n" + new string(' ', _text.Length - start)));
        else
            _text.Length = Math.Max(0, start - 1);
    }
}
