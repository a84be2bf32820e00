using System.CommandLine;
using System.Text.RegularExpressions;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Settings;

/// <summary>The lines of a table as options of a command. Values are read by the lines' forms; an old name is a hidden option.</summary>
internal sealed partial class OptionSet
{
    private const int MaxPlaceholder = 45;
    private readonly List<(OptionLine Line, Option Option, bool IsOld)> _options = [];

    /// <summary>Makes an option, and one for each old name, of every line.</summary>
    public OptionSet(IReadOnlyList<OptionLine> lines)
    {
        Lines = lines;
        foreach (OptionLine line in lines)
        {
            _options.Add((line, OptionOf(line), false));
            foreach (string old in line.OldNames)
                _options.Add((line, Create(line, "--" + old, hidden: true), true));
        }
    }

    /// <summary>The lines.</summary>
    public IReadOnlyList<OptionLine> Lines { get; }

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach ((_, Option option, _) in _options)
            command.Options.Add(option);
    }

    /// <summary>A line as an option, for verbs that have only few of a table.</summary>
    public static Option OptionOf(OptionLine line) => Create(line, line.Flag, hidden: false);

    /// <summary>The options that a command line gives.</summary>
    public OptionReading Read(ParseResult parsed)
    {
        OptionValues values = new();
        List<string> errors = [], warnings = [];
        foreach ((OptionLine line, Option option, bool isOld) in _options)
        {
            if (parsed.GetResult(option) is not { Implicit: false } result || result.Errors.Any())
                continue;
            if (isOld)
                warnings.Add($"{option.Name} has a new name: {line.Flag}. The old one is going to be removed.");
            if (isOld && values.IsGiven(line))
                errors.Add($"{option.Name}: expected without {line.Flag}, which is its new name.");
            else if (line.Form.IsFlag)
                values = result.Tokens.Count == 0 || parsed.GetValue((Option<bool>)option) ? values.With(line, true) : values;
            else if (result.Tokens.Count != 1 || result.Tokens[0].Value.StartsWith("--", StringComparison.Ordinal))
                continue;
            else if (result.Tokens[0].Value is var text && line.Form.TryRead(text, out object? value, out string problem))
            {
                if (line.Form.OldWords.TryGetValue(text, out string? word))
                    warnings.Add($"{line.Flag} {text} has a new name: {word}. The old one is going to be removed.");
                values = values.With(line, value!, word ?? text);
            }
            else
                errors.Add($"{option.Name}: {problem}");
        }
        return new(values, errors, warnings);
    }

    /// <summary>Text without the marks of Markdown.</summary>
    internal static string Plain(string markdown) => Link().Replace(markdown, "$1").Replace("`", "");

    private static Option Create(OptionLine line, string name, bool hidden)
    {
        string initial = line.DefaultText ?? (line.Default is { } value and not false ? line.Form.Write(value) : "");
        bool isLong = line.Form.Placeholder.Length > MaxPlaceholder;
        string description = Plain(line.Description) + (isLong ? $" One of {line.Form.Allowed}." : "")
            + (initial.Length == 0 || initial == "–" ? "" : $" Default: {Plain(initial)}.");
        if (line.Form.IsFlag)
            return new Option<bool>(name) { Description = description, Hidden = hidden };
        Option<string?> option = new(name) { Description = description, HelpName = isLong ? "WORD" : line.Form.Placeholder, Hidden = hidden };
        option.CompletionSources.Add([.. line.Form.Words]);
        return option;
    }

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
