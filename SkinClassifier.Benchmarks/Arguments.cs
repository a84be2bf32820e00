using System.Globalization;

namespace SkinClassifier.Benchmarks;

/// <summary>Words of a command line: names, options with a value, switches.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _switches = [];

    private Arguments(Dictionary<string, string> values) => _values = values;

    /// <summary>Words that belong to no option.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Reads the words; null when one is unknown.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="defaults">Options that take a value, with their defaults.</param>
    /// <param name="switches">Options that take none.</param>
    public static Arguments? Parse(string[] words, Dictionary<string, string> defaults, params string[] switches)
    {
        Arguments result = new(defaults);
        for (int i = 0; i < words.Length; i++)
            if (switches.Contains(words[i]))
                result._switches.Add(words[i]);
            else if (defaults.ContainsKey(words[i]) && i + 1 < words.Length)
                defaults[words[i]] = words[++i];
            else if (!words[i].StartsWith("--", StringComparison.Ordinal))
                result.Names.Add(words[i]);
            else
                return null;
        return result;
    }

    public string this[string option] => _values[option];

    public bool Has(string name) => _switches.Contains(name);

    public int Whole(string option) => int.Parse(_values[option], CultureInfo.InvariantCulture);

    public double Number(string option) => double.Parse(_values[option], CultureInfo.InvariantCulture);

    /// <summary>Numbers between commas.</summary>
    public int[] Wholes(string option) => [.. _values[option].Split(',').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
}
