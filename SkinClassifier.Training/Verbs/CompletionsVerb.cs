using System.CommandLine;
using SkinClassifier.Training.Completions;

namespace SkinClassifier.Training.Verbs;

/// <summary>completions: the script with which a shell completes this command line.</summary>
internal static class CompletionsVerb
{
    public static Command Create()
    {
        Command command = new("completions", "Print a script with which a shell completes verbs, options and words.");
        foreach ((string shell, string script) in CompletionScripts.All)
            command.Subcommands.Add(Create(shell, script));
        return command;
    }

    private static Command Create(string shell, string script)
    {
        Command command = new(shell, $"For {shell}. Load it with: {CompletionScripts.HowToLoad[shell]}");
        command.SetAction(_ =>
        {
            Console.Out.Write(script.ReplaceLineEndings("\n"));
            return ExitCode.Done;
        });
        return command;
    }
}
