using System.CommandLine;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// compare: says how to get the tool of that name. It needs native code (LightGBM), which this command line does without.
/// </summary>
internal static class CompareVerb
{
    /// <summary>How the tool is installed and called.</summary>
    public const string Text = """
        Traditional methods on your images (classical descriptors and frozen features with ML.NET's trainers) are a tool of its own, because they need
        native code:

          dotnet tool install --global SkinClassifier.Compare
          skinclassifier-compare <data> -o <folder>
        """;

    public static Command Create()
    {
        Command command = new("compare", "Say how to get the tool skinclassifier-compare, which compares traditional methods on your images.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(_ =>
        {
            Console.Error.WriteLine(Text.ReplaceLineEndings("\n"));
            return ExitCode.WrongUsage;
        });
        return command;
    }
}
