using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;

namespace SkinClassifier.Training.Completions;

/// <summary>
/// The question of a shell: which words can stand here? It is asked as [suggest] (or [suggest:N], with N characters before the cursor) and the line
/// without the program's name as one argument. The answer comes from the command line itself, so it knows every verb, option and word.
/// </summary>
internal static class CompletionCall
{
    private const string Open = "[suggest", Close = "]";

    /// <summary>Whether the arguments are such a question.</summary>
    public static bool IsOne(string[] arguments) => arguments.Length is 1 or 2
        && arguments[0].StartsWith(Open, StringComparison.Ordinal) && arguments[0].EndsWith(Close, StringComparison.Ordinal);

    /// <summary>The answer, a word a line.</summary>
    public static string Answer(string[] arguments)
    {
        string line = arguments.Length == 2 ? arguments[1] : "", number = arguments[0][Open.Length..^Close.Length].TrimStart(':');
        bool hasCursor = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int cursor);
        return string.Concat(Candidates(hasCursor ? line[..Math.Min(cursor, line.Length)] : line).Select(c => c + "\n"));
    }

    /// <summary>The words that can stand at the end of a line; none where a file can stand, so that the shell offers files.</summary>
    public static IReadOnlyList<string> Candidates(string line)
    {
        string word = line[(line.LastIndexOfAny([' ', '\t']) + 1)..];
        string[] before = [.. CommandLineParser.SplitCommandLine(line[..^word.Length])];
        if (before.Contains("--"))
            return [];
        CommandResult command = CommandTree.Create().Parse(before).CommandResult;
        int value = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=') + 1 : 0;
        string name = value > 0 ? word[..(value - 1)] : before.Length > 0 ? before[^1] : "";
        Option? option = OptionsOf(command).FirstOrDefault(o => o.ValueType != typeof(bool) && (o.Name == name || o.Aliases.Contains(name)));
        string typed = word[value..];
        // ParseResult.GetCompletions of System.CommandLine 2.0.15 throws at some lines ("data") and offers true and false behind a flag.
        IEnumerable<CompletionItem> items = option is not null ? option.GetCompletions(CompletionContext.Empty)
            : value > 0 ? [] : command.Command.GetCompletions(CompletionContext.Empty);
        return [.. items.Select(i => i.InsertText ?? i.Label)
            .Where(w => w.StartsWith(typed, StringComparison.Ordinal) && w[0] != '/' && w.StartsWith('-') == typed.StartsWith('-'))
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Option> OptionsOf(CommandResult? command)
    {
        for (CommandResult? at = command; at is not null; at = at.Parent as CommandResult)
            foreach (Option option in at.Command.Options.Where(o => at == command || o.Recursive))
                yield return option;
    }
}
