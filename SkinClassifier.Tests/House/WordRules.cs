using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Old words that the field's own have replaced (docs/decisions/0005-the-words-of-the-field.md), as a function over lines.</summary>
internal static partial class WordRules
{
    /// <summary>The old words in lines, as "where:line: word". Old names of options and texts that a file may contain are allowed.</summary>
    /// <param name="path">The file below the repository.</param>
    /// <param name="lines">Its lines.</param>
    public static IEnumerable<string> OldWords(string path, IEnumerable<string> lines) =>
        lines.Index().Where(l => !l.Item.StartsWith("Old names", StringComparison.Ordinal)).SelectMany(l =>
            OldWord().Matches(Allowed().Replace(l.Item, "")).Select(m => $"{path}:{l.Index + 1}: {m.Value}"));

    // Old options, their keys and values, which are still read; quoted, or behind "--".
    [GeneratedRegex("""
        --(learn-from|recompute|early-stopping-fewest)\b|\\?"(learn-from|recompute|early-stopping-fewest|shades-of-grey|[Cc]alibratedLoss)\\?"
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Allowed();

    [GeneratedRegex("""
        \b(pictures? | learnt | fewest | demonstrations? | surest | anew | nobody | vouch(es|ed)? | faults? | shades[-_ ]of[-_ ]grey | shadesofgrey
        | recomputation | calibratedloss | coursesettings | coursestate | coursereporter | trainingcourse | trainingrecipe | datasetparts
        | predictionenginepools | for[ ]want[ ]of | at[ ]the[ ]door | made[ ]small | blocked[ ]layout | plain[ ]layout )\b
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OldWord();
}
