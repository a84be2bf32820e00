using System.CommandLine;

namespace SkinClassifier.Training.Settings;

/// <summary>A verb that has more to say about a command line than the parser; its errors are reported together with the parser's.</summary>
internal sealed class CheckedCommand(string name, string description, Func<ParseResult, IEnumerable<string>> check) : Command(name, description)
{
    /// <summary>The errors of a command line.</summary>
    public IEnumerable<string> Check(ParseResult parsed) => check(parsed);
}
