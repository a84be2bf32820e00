using System.CommandLine;
using SkinClassifier.Server.Startup;

namespace SkinClassifier.Server;

/// <summary>The tool skinclassifier-server.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) => RunAsync(args, CancellationToken.None);

    /// <summary>Serves until the process is told to end, and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        ServerCommand command = new();
        ParseResult parsed = command.Root.Parse(args);
        if (ServerCommand.IsOther(parsed))
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken);
        try
        {
            if (command.ServerToAsk(parsed) is { } running)
                return await HealthQuestion.AskAsync(running, cancellationToken);
            List<string> errors = [];
            WebApplication? application = command.Read(parsed, errors) is { } options ? ServerApplication.Create(options, errors) : null;
            foreach (string error in errors)
                Console.Error.WriteLine($"error: {error}");
            if (application is null)
            {
                Console.Error.WriteLine("See: skinclassifier-server --help");
                return ExitCode.WrongUsage;
            }
            await using (application)
                await application.RunAsync(cancellationToken);
            return ExitCode.Done;
        }
        catch (Exception error)
        {
            (int code, string text) = ErrorSentence.Of(error);
            Console.Error.WriteLine(text);
            return code;
        }
    }
}
