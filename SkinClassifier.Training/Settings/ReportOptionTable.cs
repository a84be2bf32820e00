using System.Globalization;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Settings;

/// <summary>Options of `train` and `evaluate` about what metrics.json and report.html say.</summary>
internal static class ReportOptionTable
{
    public static OptionLine Prevalence { get; } = new()
    {
        Name = "prevalence",
        Group = "Run",
        Form = OptionForm.Custom("CLASS=SHARE[,CLASS=SHARE…]", "shares above 0 and below 1 by class, like mel=0.02,bcc=0.05", ReadShares,
            v => string.Join(',', ((IReadOnlyDictionary<string, double>)v).Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key}={s.Value}")))),
        DefaultText = "the share in the measured images",
        Description = "How frequent classes are where the model is going to be used: predictive values and net benefit in the report are for that.",
    };

    public static OptionLine Hierarchy { get; } = new()
    {
        Name = "hierarchy",
        Group = "Run",
        Form = OptionForm.Text("isic|FILE.csv"),
        DefaultText = "`isic` where it fits the classes",
        Description = "Classes above the classes, a CSV file with the columns `child,parent`: metrics are given at every level. `isic`: benign and malignant "
            + "above the classes of HAM10000 and ISIC.",
    };

    public static OptionLine Subgroups { get; } = new()
    {
        Name = "subgroups",
        Group = "Run",
        Form = OptionForm.Text("COLUMN[,COLUMN…]"),
        DefaultText = "age, sex, site, kind of diagnosis and skin tone, where the data have them",
        Description = "Further columns of the metadata by whose values the metrics are given. `ita-proxy` is an angle computed from pixels, "
            + "[no measure of skin tone](metrics.md#subgroups).",
    };

    /// <summary>All of them, in the order of --help.</summary>
    public static IReadOnlyList<OptionLine> All { get; } = [Prevalence, Hierarchy, Subgroups];

    private static Dictionary<string, double>? ReadShares(string text)
    {
        Dictionary<string, double> shares = new(StringComparer.Ordinal);
        foreach (string entry in text.Split(','))
            if (entry.LastIndexOf('=') is not (> 0 and var at)
                || !double.TryParse(entry[(at + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double share)
                || !(share > 0 && share < 1) || !shares.TryAdd(entry[..at].Trim(), share))
                return null;
        return shares;
    }
}
