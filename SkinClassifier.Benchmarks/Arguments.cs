using System.Globalization;
using SkinClassifier.Kernels;

namespace SkinClassifier.Benchmarks;

/// <summary>Words of a command line: names, options with a value, switches.</summary>
internal sealed class Arguments
{
    /// <summary>Exit code after words that make no sense.</summary>
    public const int Refused = 2;

    private readonly Dictionary<string, string> _values;
    private readonly HashSet<string> _switches = [];

    private Arguments(Dictionary<string, string> values) => _values = values;

    /// <summary>Words that belong to no option.</summary>
    public List<string> Names { get; } = [];

    /// <summary>Reads the words; prints the usage and returns null when one is unknown or the number of names is wrong.</summary>
    /// <param name="words">The command line.</param>
    /// <param name="usage">What is printed when it makes no sense.</param>
    /// <param name="names">Minimum number of and most words that belong to no option.</param>
    /// <param name="defaults">Options that take a value, with their defaults.</param>
    /// <param name="switches">Options that take none.</param>
    public static Arguments? Parse(string[] words, string usage, (int Min, int Max) names, Dictionary<string, string> defaults, params string[] switches)
    {
        Arguments result = new(defaults);
        bool makesSense = true;
        for (int i = 0; i < words.Length; i++)
            if (switches.Contains(words[i]))
                result._switches.Add(words[i]);
            else if (defaults.ContainsKey(words[i]) && i + 1 < words.Length)
                defaults[words[i]] = words[++i];
            else if (!words[i].StartsWith("--", StringComparison.Ordinal))
                result.Names.Add(words[i]);
            else
                makesSense = false;
        if (makesSense && result.Names.Count >= names.Min && result.Names.Count <= names.Max)
            return result;
        Refuse(usage);
        return null;
    }

    /// <summary>Prints how the words should be; returns <see cref="Refused"/>.</summary>
    public static int Refuse(string usage)
    {
        Console.Error.WriteLine($"usage: {usage}");
        return Refused;
    }

    public string this[string option] => _values[option];

    public bool Has(string name) => _switches.Contains(name);

    public int Whole(string option) => int.Parse(_values[option], CultureInfo.InvariantCulture);

    public double Number(string option) => double.Parse(_values[option], CultureInfo.InvariantCulture);

    /// <summary>Whole numbers between commas.</summary>
    public int[] Wholes(string option) => [.. _values[option].Split(',').Select(t => int.Parse(t, CultureInfo.InvariantCulture))];

    /// <summary>Numbers between commas; none when the text is empty.</summary>
    public double[] Numbers(string option) =>
        [.. _values[option].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];

    /// <summary>The kernels that --kernels names; else those of the environment variable, else the fastest.</summary>
    public KernelFamily Kernels() =>
        KernelFamily.Choose(
            _values["--kernels"].Length > 0 ? _values["--kernels"] : Environment.GetEnvironmentVariable(KernelFamily.Variable), KernelFamily.Supported);
}
