using System.Globalization;
using System.Text;

namespace SkinClassifier.Backbones;

/// <summary>
/// Reads class names as Python prints a dictionary or a list of them: <c>{0: 'a', 1: "b's"}</c>, <c>['a', 'b']</c>; JSON is read as well.
/// Source: https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
/// </summary>
internal sealed class PythonNames
{
    private const int MaxNames = 1_000_000;

    private readonly string _text;
    private int _at;

    private PythonNames(string text) => _text = text;

    /// <summary>The names by their numbers 0, 1, 2 …, or null when the text is nothing of the kind.</summary>
    public static IReadOnlyList<string>? Parse(string text)
    {
        PythonNames reader = new(text);
        return reader.Take('{') ? reader.Dictionary() : reader.Take('[') ? reader.List() : null;
    }

    /// <summary>Whole numbers of a list such as "[224, 224]" or a single one, or null.</summary>
    public static IReadOnlyList<int>? Numbers(string text)
    {
        List<int> numbers = [];
        foreach (string part in text.Trim().TrimStart('[', '(').TrimEnd(']', ')').Split(','))
            if (int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                numbers.Add(number);
            else
                return null;
        return numbers;
    }

    private string[]? Dictionary()
    {
        SortedDictionary<int, string> names = [];
        while (!Take('}'))
        {
            if (Key() is not int key || !Take(':') || Text() is not string name || !names.TryAdd(key, name) || !(Take(',') || Peek() == '}'))
                return null;
        }
        return IsEnd && names.Count > 0 && names.Keys.First() == 0 && names.Keys.Last() == names.Count - 1 ? [.. names.Values] : null;
    }

    private List<string>? List()
    {
        List<string> names = [];
        while (!Take(']'))
        {
            if (Text() is not string name || !(Take(',') || Peek() == ']'))
                return null;
            names.Add(name);
        }
        return IsEnd && names.Count > 0 ? names : null;
    }

    private bool IsEnd => Peek() == '\0' && _at == _text.Length;

    /// <summary>A number, with or without quotes around it.</summary>
    private int? Key()
    {
        string text;
        if (Peek() is '\'' or '"')
            text = Text() ?? "";
        else
        {
            int start = _at;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
                _at++;
            text = _text[start.._at];
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int key) && key < MaxNames ? key : null;
    }

    private string? Text()
    {
        char quote = Peek();
        if (quote is not ('\'' or '"'))
            return null;
        StringBuilder text = new();
        for (_at++; _at < _text.Length; _at++)
            if (_text[_at] == quote)
            {
                _at++;
                return text.ToString();
            }
            else if (_text[_at] != '\\')
                text.Append(_text[_at]);
            else if (!Escape(text))
                return null;
        return null;
    }

    /// <summary>Reads what follows a backslash; leaves the position on its last character.</summary>
    private bool Escape(StringBuilder text)
    {
        if (++_at >= _text.Length)
            return false;
        int digits = _text[_at] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_at + digits >= _text.Length
                || !int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
                return false;
            _at += digits;
            if (code is < 0 or > 0x10FFFF)
                return false;
            text.Append(code > 0xFFFF ? char.ConvertFromUtf32(code) : ((char)code).ToString());
            return true;
        }
        text.Append(_text[_at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', char plain => plain });
        return true;
    }

    private bool Take(char expected)
    {
        if (Peek() != expected)
            return false;
        _at++;
        return true;
    }

    /// <summary>The next character that is no blank, without taking it; '\0' at the end.</summary>
    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        return _at < _text.Length ? _text[_at] : '\0';
    }
}
