using System.Text.RegularExpressions;
using SkinClassifier.Common;

namespace SkinClassifier.CommandLine;

/// <summary>What a command line says of an exception, and the exit code that it ends with.</summary>
internal static partial class ErrorSentence
{
    /// <summary>Exit code and text of an exception.</summary>
    /// <param name="error">The exception.</param>
    /// <param name="names">Puts names of options in place of the library's names. Default: the message stays, without what .NET adds.</param>
    public static (int Code, string Text) Of(Exception error, Func<string, string>? names = null)
    {
        names ??= Plain;
        return error switch
        {
            AggregateException { InnerExceptions.Count: 1 } several => Of(several.InnerExceptions[0], names),
            OperationCanceledException => (ExitCode.Cancelled, "cancelled"),
            // The runtime's own sentence says neither what was expected nor what to do; the library's messages do.
            FileNotFoundException { FileName: { } file } when error.Message.StartsWith("Could not find file", StringComparison.Ordinal) =>
                (ExitCode.UnusableInput, $"error: {file}: expected a file, found none. Check the path."),
            // Of an environment variable that asks for what this machine lacks.
            PlatformNotSupportedException => (ExitCode.WrongUsage, $"error: {error.Message}"),
            SkinClassifierException or FileNotFoundException or DirectoryNotFoundException or InputException =>
                (ExitCode.UnusableInput, $"error: {names(error.Message)}"),
            ArgumentException => (ExitCode.WrongUsage, $"error: {names(error.Message)}"),
            IOException or UnauthorizedAccessException => (ExitCode.UnusableInput, $"error: {error.Message}"),
            _ => (ExitCode.UnexpectedError, $"unexpected error: {error.GetType().Name}: {error.Message} (run again with --verbose for details)"),
        };
    }

    /// <summary>A message without what .NET adds for programmers: the parameter, the value once more.</summary>
    public static string Plain(string message) => ForProgrammers().Replace(message, "");

    [GeneratedRegex(@" \(Parameter '\w+'\)(\r?\nActual value was .*\.)?", RegexOptions.CultureInvariant)]
    private static partial Regex ForProgrammers();
}
