using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SkinClassifier.Training;

/// <summary>The help text with examples below it.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => help.ClearsParseErrors;

    /// <summary>Puts examples below the help text of a command line and all its verbs.</summary>
    public static void AddTo(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Action = new HelpWithExamples((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string line in CommandExamples.Of(parseResult.CommandResult.Command, string.Join(' ', CommandTree.PathOf(parseResult.CommandResult))))
            output.WriteLine($"  skinclassifier {line}");
        output.WriteLine();
        return code;
    }
}
