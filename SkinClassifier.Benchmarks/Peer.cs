using System.Diagnostics;
using System.Globalization;

namespace SkinClassifier.Benchmarks;

/// <summary>Another program that does the same work and prints "median X img/s", and maybe "best Y".</summary>
internal static class Peer
{
    /// <summary>Runs a command in which {name} stands for a value.</summary>
    public static (double Median, double Best) Measure(string command, params (string Name, string Value)[] values)
    {
        string text = Run(Words(command, values));
        double median =
            Number(text, "median ") ?? throw new InvalidOperationException($"Peer '{command}': expected a line with 'median X img/s', received: {text}");
        return (median, Number(text, "best ") ?? median);
    }

    /// <summary>The words of a command with the values in place.</summary>
    public static string[] Words(string command, params (string Name, string Value)[] values) =>
        [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(w => values.Aggregate(w, (word, v) => word.Replace("{" + v.Name + "}", v.Value, StringComparison.Ordinal)))];

    /// <summary>Runs a program and returns what it printed.</summary>
    public static string Run(string[] words)
    {
        using Process process = Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{words[0]} did not start.");
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{string.Join(' ', words)}: exit code {process.ExitCode}: {text}");
    }

    private static double? Number(string text, string label)
    {
        int at = text.IndexOf(label, StringComparison.Ordinal);
        if (at < 0)
            return null;
        string number = new([.. text[(at + label.Length)..].TrimStart().TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return double.TryParse(number, CultureInfo.InvariantCulture, out double value) ? value : null;
    }
}
