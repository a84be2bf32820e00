using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkinClassifier.Data;
using SkinClassifier.Metrics;

namespace SkinClassifier.Tests.Reports.Sheets;

/// <summary>Reads every number of a sheet and looks for it in the files of the run.</summary>
internal sealed partial class SheetNumbers
{
    /// <summary>Numbers of our own sentences: levels, limits and ends of scales.</summary>
    private static readonly string[] Ours =
    [
        "95 %", "fewer than 20 cases", "at least 20 cases", "fewer than 50 training images", "fewer than 20 measured images", "above a sensitivity of 80 %",
        "(at most 0.2; chance is 0.02)",
    ];

    private readonly HashSet<double> _numbers = [];
    private readonly StringBuilder _texts = new();

    /// <summary>
    /// Reads metrics.json, config.json, splits.csv, history.csv, skipped.csv, folds.csv and the manifest of model.zip, as far as they are there.
    /// </summary>
    /// <param name="folder">The run.</param>
    /// <param name="model">Its model.</param>
    public SheetNumbers(string folder, string model)
    {
        foreach (string name in (ReadOnlySpan<string>)["metrics.json", "config.json"])
            Json(File.ReadAllText(Path.Combine(folder, name)));
        if (File.Exists(model))
        {
            using ZipArchive zip = ZipFile.OpenRead(model);
            using StreamReader reader = new(zip.GetEntry("manifest.json")!.Open());
            Json(reader.ReadToEnd());
            _texts.Append(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(model))));
        }
        string splits = Path.Combine(folder, "splits.csv"), history = Path.Combine(folder, "history.csv");
        if (File.Exists(splits))
            Count(CsvTable.Read(splits));
        foreach (string name in (ReadOnlySpan<string>)["skipped.csv", "folds.csv"])
            _numbers.Add(File.Exists(Path.Combine(folder, name)) ? CsvTable.Read(Path.Combine(folder, name)).Rows.Count : 0);
        if (!File.Exists(history))
            return;
        CsvTable epochs = CsvTable.Read(history);
        foreach (string field in epochs.Rows.SelectMany(r => r))
            Text(field);
        _numbers.UnionWith([epochs.Rows.Count, .. epochs.Rows.CountBy(r => r[1]).Select(p => (double)p.Value)]);
        _numbers.Add(epochs.Rows.Sum(r => double.Parse(r[^1], CultureInfo.InvariantCulture)));
    }

    /// <summary>Numbers and names in code letters that stand in no file.</summary>
    public IReadOnlyList<string> Unknown(string sheet)
    {
        // The headline and what an item asks are no numbers of the run.
        string text = sheet[sheet.IndexOf("\n## ", StringComparison.Ordinal)..];
        text = Questions().Replace(text, "");
        foreach (string known in Ours.Concat(MetricCatalog.All.Select(m => $"({SkinClassifier.Reports.Text.Meaning(m.Name)})")).Append("Top-3 accuracy"))
            text = text.Replace(known, "", StringComparison.Ordinal);
        List<string> unknown = [.. Code().Matches(text).Select(m => m.Groups[1].Value)
            .Where(c => !c.StartsWith("skinclassifier ", StringComparison.Ordinal) && !c.StartsWith("--", StringComparison.Ordinal)
                && !_texts.ToString().Contains(c, StringComparison.Ordinal))];
        foreach (Match number in Number().Matches(Code().Replace(text, "")))
            if (!IsKnown(number.Groups[1].Value, isPercent: number.Groups[2].Success))
                unknown.Add(number.Value);
        return unknown;
    }

    private bool IsKnown(string written, bool isPercent)
    {
        double value = double.Parse(written.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        string format = written.Contains('.') ? "0." + new string('0', written.Length - written.IndexOf('.') - 1) : "0";
        return _numbers.Any(n => n == value || (isPercent || written.Contains('.')) && (isPercent ? n * 100 : n).ToString(format, CultureInfo.InvariantCulture)
            == written.Replace(",", "", StringComparison.Ordinal));
    }

    private void Json(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Add(document.RootElement);
    }

    private void Add(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    _texts.Append(property.Name).Append('\n');
                    Add(property.Value);
                }
                break;
            case JsonValueKind.Array:
                _numbers.Add(json.GetArrayLength()); // how many classes there are
                foreach (JsonElement element in json.EnumerateArray())
                    Add(element);
                break;
            case JsonValueKind.Number:
                _numbers.Add(json.GetDouble());
                break;
            case JsonValueKind.String:
                Text(json.GetString()!);
                break;
        }
    }

    private void Text(string text)
    {
        _texts.Append(text).Append('\n');
        foreach (Match number in AnyNumber().Matches(text))
            _numbers.Add(double.Parse(number.Value, CultureInfo.InvariantCulture));
    }

    private void Count(CsvTable splits)
    {
        int label = splits.IndexOf("label"), group = splits.IndexOf("group"), part = splits.IndexOf("part");
        _numbers.Add(splits.Rows.Count);
        foreach (var set in splits.Rows.GroupBy(r => r[part]))
            _numbers.UnionWith([set.Count(), .. set.CountBy(r => r[label]).Select(c => (double)c.Value),
                set.Select(r => r[group]).Where(g => g.Length > 0).Distinct().Count()]);
    }

    [GeneratedRegex(@"^(\*[^*\n][^\n]*\*|#+ [^\n]*|\*\*To be written by the authors:\*\*[^\n]*)$", RegexOptions.Multiline)]
    private static partial Regex Questions();

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?<![\w.\-])(-?\d[\d,]*(?:\.\d+)?)(?!\w)(?:(?<!,)([\u00A0 ]%))?")]
    private static partial Regex Number();

    [GeneratedRegex(@"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")]
    private static partial Regex AnyNumber();
}
