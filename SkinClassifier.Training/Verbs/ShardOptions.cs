using System.Collections;
using System.CommandLine;
using System.CommandLine.Parsing;
using SkinClassifier.Sharding;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>--shard and --shards of the verbs whose work can be cut into parts.</summary>
internal sealed class ShardOptions
{
    /// <summary>--shard.</summary>
    public Option<string?> Shard { get; } = new("--shard")
    {
        Description = "Does part i of N only, i from 0 to N − 1; auto: as a Slurm array, a Kubernetes Indexed Job (with --shards N) or mpirun says. "
            + "The verb merge joins the parts. Default: all in one part.",
        HelpName = "i/N",
    };

    /// <summary>--shards.</summary>
    public Option<int?> Shards { get; } = new Option<int?>("--shards")
    {
        Description = "With --shard auto: the number of parts. A Kubernetes Indexed Job needs it; elsewhere it is checked.",
        HelpName = "N",
    }.Of(OptionForm.Whole(1, Sharding.Shard.MaxCount));

    /// <summary>Adds both to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(Shard);
        command.Options.Add(Shards);
    }

    /// <summary>Whether one of them is given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(Shard) is { Implicit: false } || parsed.GetResult(Shards) is { Implicit: false };

    /// <summary>Everything that is wrong with them, beside what the parser says.</summary>
    public IReadOnlyList<string> Errors(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0)
            return [];
        Find(parsed, out IReadOnlyList<string> errors);
        return errors;
    }

    /// <summary>The part.</summary>
    public Shard Read(ParseResult parsed) => Find(parsed, out _);

    /// <summary>What was typed, without what may differ from shard to shard: which shard, where to, how many threads, how much is told.</summary>
    public static IReadOnlyList<string> WithoutShard(ParseResult parsed)
    {
        List<string> kept = [];
        bool drops = false;
        foreach (Token token in parsed.Tokens)
        {
            bool isOption = token.Type == TokenType.Option, isDropped = drops || (isOption && token.Value is "--quiet" or "-q" or "--verbose");
            drops = isOption && token.Value is "--shard" or "--shards" or "--output" or "-o" or "--threads";
            if (!drops && !isDropped)
                kept.Add(token.Value);
        }
        return kept;
    }

    private Shard Find(ParseResult parsed, out IReadOnlyList<string> errors)
    {
        Dictionary<string, string> variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "", StringComparer.Ordinal);
        return ShardSelection.Find(parsed.GetValue(Shard), parsed.GetValue(Shards), variables, out errors);
    }
}
