using System.Globalization;
using SkinClassifier.Data;

namespace SkinClassifier.Reports;

/// <summary>How the values of a column of metadata become groups: ages by decades, other numbers by quarters of the images, words as they are.</summary>
internal static class SubgroupValues
{
    /// <summary>The group of images without a value.</summary>
    public const string Missing = "not recorded";

    private const string Other = "other values";
    private const int MaxValues = 20;
    private static readonly string[] Ages = ["age", "age_approx", "age_years", "patient_age"];
    private static readonly string[] Tones =
        ["fitzpatrick_skin_type", "fitzpatrick_scale", "fitzpatrick", "fitspatrick", "skin_tone", "skin_tone_class", "skin_type", "monk_skin_tone", "mst"];

    /// <summary>Columns that are looked at where no others are named.</summary>
    private static readonly string[] Usual =
        [.. Ages, "sex", "gender", "localization", "anatom_site_general", "anatom_site", "site", "region", "dx_type", "diagnosis_confirm_type", .. Tones];

    /// <summary>The usual columns that the images have a value of.</summary>
    public static string[] UsualColumns(IReadOnlyList<ImageExample> examples) => [.. examples.SelectMany(e => e.Columns.Keys)
        .Distinct(StringComparer.OrdinalIgnoreCase).Where(c => Usual.Contains(c, StringComparer.OrdinalIgnoreCase))
        .Where(c => examples.Any(e => !MissingValues.IsNoGroup(e.Columns.GetValueOrDefault(c))))
        .OrderBy(c => Array.FindIndex(Usual, u => u.Equals(c, StringComparison.OrdinalIgnoreCase)))];

    /// <summary>Whether a column says something about skin tone.</summary>
    public static bool IsTone(string column) => Tones.Contains(column, StringComparer.OrdinalIgnoreCase);

    /// <summary>The group of every image, and the groups in their order.</summary>
    /// <param name="column">The column.</param>
    /// <param name="texts">Its values; null where an image has none.</param>
    public static (string[] Groups, string[] Order) Of(string column, IReadOnlyList<string?> texts)
    {
        string?[] values = [.. texts.Select(t => MissingValues.IsNoGroup(t) ? null : t!.Trim())];
        double?[] numbers = [.. values.Select(Number)];
        bool isNumeric = values.Zip(numbers).All(v => v.First is null || v.Second is not null) && numbers.Any(n => n is not null);
        string[] distinct = [.. values.OfType<string>().Distinct(StringComparer.Ordinal)];
        if (isNumeric && Ages.Contains(column, StringComparer.OrdinalIgnoreCase))
            return Ranges(numbers, n => Math.Floor(n / 10), d => $"{d * 10:0}–{d * 10 + 9:0}");
        if (isNumeric && distinct.Length > MaxValues)
            return Quarters(numbers);
        HashSet<string> kept = distinct.Length <= MaxValues ? [.. distinct]
            : [.. values.OfType<string>().CountBy(v => v).OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal).Take(MaxValues - 1)
                .Select(v => v.Key)];
        string[] groups = [.. values.Select(v => v is null ? Missing : kept.Contains(v) ? v : Other)];
        return (groups, [.. groups.Distinct(StringComparer.Ordinal).OrderBy(g => g is Missing ? 2 : g is Other ? 1 : 0)
            .ThenBy(g => isNumeric ? Number(g) ?? 0 : 0).ThenBy(g => g, StringComparer.Ordinal)]);
    }

    private static (string[] Groups, string[] Order) Quarters(double?[] numbers)
    {
        double[] sorted = [.. numbers.OfType<double>().Order()];
        double[] starts = [.. Enumerable.Range(0, 4).Select(q => sorted[q * sorted.Length / 4]).Distinct()];
        return Ranges(numbers, n => Array.FindLastIndex(starts, s => s <= n),
            q => q + 1 < starts.Length ? $"{Text(starts[(int)q])} to below {Text(starts[(int)q + 1])}" : $"{Text(starts[(int)q])} to {Text(sorted[^1])}");

        static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
    }

    private static (string[] Groups, string[] Order) Ranges(double?[] numbers, Func<double, double> range, Func<double, string> name)
    {
        double?[] ranges = [.. numbers.Select(n => n is { } number ? range(number) : (double?)null)];
        string[] order = [.. ranges.OfType<double>().Distinct().Order().Select(name), .. ranges.Any(r => r is null) ? new[] { Missing } : []];
        return ([.. ranges.Select(r => r is { } number ? name(number) : Missing)], order);
    }

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
}
