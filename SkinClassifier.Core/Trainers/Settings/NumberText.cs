using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SkinClassifier.Trainers.Settings;

/// <summary>
/// The one reader of numbers that people write: on the command line, in config.json, in <c>--schedule-parameters</c>, in lists and in durations.
/// The decimal sign is a point in every culture. There are no thousands separators, no blanks and no names for numbers (NaN, Infinity).
/// </summary>
internal static partial class NumberText
{
    /// <summary>Reads a number.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="value">The number; finite.</param>
    /// <param name="hint">Where the text is no such number: what to write instead, as a sentence after a blank, or "".</param>
    /// <typeparam name="T">A whole type (int, ulong) takes whole numbers only; double takes fractions and exponents.</typeparam>
    public static bool TryRead<T>(string text, out T value, out string hint) where T : struct, INumber<T>
    {
        bool whole = T.IsInteger(T.One / (T.One + T.One));
        NumberStyles styles =
            whole ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        hint = "";
        if (T.TryParse(text, styles, CultureInfo.InvariantCulture, out value) && T.IsFinite(value))
            return true;
        hint = Hint<T>(text, styles, whole);
        value = default;
        return false;
    }

    private static string Hint<T>(string text, NumberStyles styles, bool whole) where T : struct, INumber<T>
    {
        string pointed = text.Replace(',', '.');
        if (!whole && text.Count(c => c == ',') == 1 && !text.Contains('.') && T.TryParse(pointed, styles, CultureInfo.InvariantCulture, out _))
            return $" The decimal sign is a point: {pointed}.";
        if (text.Trim() is { Length: > 0 } bare && bare.Length < text.Length && T.TryParse(bare, styles, CultureInfo.InvariantCulture, out _))
            return $" A number stands without blanks: {bare}.";
        if (Thousands().IsMatch(text))
            return $" There are no thousands separators: {string.Concat(text.Where(c => c == '-' || char.IsAsciiDigit(c)))}.";
        return text.Any(char.IsAsciiDigit) && double.TryParse(text, styles | NumberStyles.Float, CultureInfo.InvariantCulture, out double large)
            && Math.Abs(large) > long.MaxValue ? " The number is too large." : "";
    }

    [GeneratedRegex(@"^[+-]?[0-9]{1,3}([,.'_ \u00a0\u202f][0-9]{3})+$", RegexOptions.CultureInvariant)]
    private static partial Regex Thousands();
}
