using System.CommandLine;
using System.CommandLine.Parsing;
using SkinClassifier.Common;

namespace SkinClassifier.Training.Settings;

/// <summary>
/// Everything that is wrong with a command line, all at once. A misspelled verb or option is an error with the nearest right word and never a name of
/// an image.
/// </summary>
internal static class UsageCheck
{
    /// <summary>The errors, as sentences; none when the command line can be run.</summary>
    public static IReadOnlyList<string> Errors(ParseResult parsed)
    {
        CommandResult command = parsed.CommandResult;
        if (parsed.Errors.Count == 0 && parsed.Action is not null && parsed.GetResult("--help") is not null)
            return [];
        // A verb that only says something takes everything.
        if (!command.Command.TreatUnmatchedTokensAsErrors)
            return [];
        if (command.Command.Subcommands.Count > 0)
            return parsed.Errors.Count == 0 ? [] : [WrongVerb(parsed, command)];
        List<string> errors = [.. UnknownOptions(parsed, command), .. OptionsAsValues(command)];
        bool isMisread = errors.Count > 0;
        foreach (ParseError error in parsed.Errors)
            if (!isMisread || !IsAboutUnmatched(parsed, error))
                errors.Add(Sentence(error));
        if (command.Command is CheckedCommand more)
            errors.AddRange(more.Check(parsed));
        return [.. errors.Distinct()];
    }

    /// <summary>Names of the options that a command takes.</summary>
    private static IEnumerable<string> NamesOf(CommandResult? command)
    {
        for (CommandResult? at = command; at is not null; at = at.Parent as CommandResult)
            foreach (Option option in at.Command.Options.Where(o => !o.Hidden && (at == command || o.Recursive)))
                yield return option.Name;
    }

    private static string WrongVerb(ParseResult parsed, CommandResult command)
    {
        string[] verbs = [.. command.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name)];
        if (parsed.UnmatchedTokens.Count == 0)
            return $"expected one of {string.Join(", ", verbs)}.";
        string given = parsed.UnmatchedTokens[0];
        return given.StartsWith('-') ? $"{given}: expected a known option, or before it one of {string.Join(", ", verbs)}."
                + NearestWord.Question(given, NamesOf(command))
            : $"{given}: expected one of {string.Join(", ", verbs)}.{NearestWord.Question(given, verbs)}";
    }

    private static IEnumerable<string> UnknownOptions(ParseResult parsed, CommandResult command)
    {
        HashSet<Token> plain = [.. parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash)];
        IEnumerable<string> candidates = command.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Where(t => !plain.Contains(t)).Select(t => t.Value)
            .Concat(parsed.UnmatchedTokens.Where(u => !plain.Any(t => t.Value == u)));
        foreach (string token in candidates.Where(t => t.Length > 1 && t[0] == '-').Distinct())
        {
            string name = token.Split('=', ':')[0];
            yield return $"{name}: expected a known option of {command.Command.Name}.{NearestWord.Question(name, NamesOf(command))} A file of that "
                + $"name is written ./{token}.";
        }
    }

    private static IEnumerable<string> OptionsAsValues(CommandResult command)
    {
        foreach (OptionResult option in command.Children.OfType<OptionResult>())
            foreach (Token token in option.Tokens.Where(t => t.Value.StartsWith("--", StringComparison.Ordinal)))
                yield return $"{option.Option.Name}: expected a value, received the option "
                    + $"{token.Value}.{(NamesOf(command).Contains(token.Value) ? "" : NearestWord.Question(token.Value, NamesOf(command)))}";
    }

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, Option.Arity.MinimumNumberOfValues: > 0 } missing =>
            $"{missing.Option.Name}: expected a value, received nothing. {missing.Option.Description}",
        OptionResult { Option.Name: { } name } when !error.Message.Contains(name, StringComparison.Ordinal) => $"{name}: {error.Message}",
        ArgumentResult { Tokens.Count: 0, Parent: CommandResult parent } missing =>
            $"{parent.Command.Name}: expected <{missing.Argument.Name}>, received nothing. {missing.Argument.Description}",
        OptionResult { Tokens.Count: > 1, Option.Arity.MaximumNumberOfValues: 1 } option =>
            $"{option.Option.Name}: expected once with one value, received {option.Tokens.Count} values.",
        CommandResult command when command.Command.Arguments.Count > 0 && Surplus(error) is { } word => $"{command.Command.Name}: expected nothing after "
            + $"{string.Join(' ', command.Command.Arguments.Select(a => $"<{a.Name}>"))}, received {word}. Put names with blanks into quotes.",
        _ => error.Message,
    };

    /// <summary>The word of the command line that no argument takes; null when the error is about something else.</summary>
    private static string? Surplus(ParseError error) => error.SymbolResult is CommandResult command
        ? command.Children.OfType<ArgumentResult>().Any() && error.Message.Split('\'') is [_, { } word, _] ? word : null : null;

    private static bool IsAboutUnmatched(ParseResult parsed, ParseError error) =>
        error.SymbolResult is not OptionResult && parsed.UnmatchedTokens.Any(t => error.Message.Contains($"'{t}'", StringComparison.Ordinal));
}
