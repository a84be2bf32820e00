using System.CommandLine;
using System.Runtime.InteropServices;
using SkinClassifier.Training.Completions;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Training;

/// <summary>The command line `skinclassifier`.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using CancellationTokenSource cancellationToken = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, cancellationToken));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, cancellationToken));
        return await RunAsync(args, cancellationToken.Token);
    }

    /// <summary>Runs a command line and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken) =>
        TrainingProcesses.Leave(await RunAloneAsync(args, cancellationToken));

    private static async Task<int> RunAloneAsync(string[] args, CancellationToken cancellationToken)
    {
        using CleanConsole? clean = CleanConsole.Install();
        if (CompletionCall.IsOne(args))
        {
            Console.Out.Write(CompletionCall.Answer(args));
            return ExitCode.Done;
        }
        ParseResult parsed = CommandTree.Create().Parse(args);
        bool verbose = parsed.GetResult(CommonOptions.Verbose) is { Implicit: false };
        try
        {
            return await InvokeAsync(parsed, cancellationToken);
        }
        catch (UsageException error)
        {
            return Refuse(error.Errors, string.Join(' ', CommandTree.PathOf(parsed.CommandResult)));
        }
        catch (Exception error)
        {
            (int code, string text) = ErrorSentence.Of(error, CommandLineNames.Translate);
            Console.Error.WriteLine(verbose ? error.ToString() : text);
            return code;
        }
    }

    /// <summary>Runs what was parsed.</summary>
    /// <exception cref="UsageException">The command line is wrong.</exception>
    internal static Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> errors = UsageCheck.Errors(parsed);
        return errors.Count > 0 ? throw new UsageException(errors) : parsed.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
    }

    private static int Refuse(IReadOnlyList<string> errors, string verb)
    {
        foreach (string error in errors)
            Console.Error.WriteLine($"error: {CommandLineNames.Translate(error)}");
        Console.Error.WriteLine($"See: skinclassifier {(verb.Length == 0 ? "" : verb + " ")}--help");
        return ExitCode.WrongUsage;
    }

    private static void OnSignal(PosixSignalContext signal, CancellationTokenSource cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            Environment.Exit(ExitCode.Cancelled);
        signal.Cancel = true;
        Console.Error.WriteLine(TrainingProcesses.StopSentence ?? "stopping after the current step; press Ctrl+C again to stop at once");
        cancellationToken.Cancel();
    }
}
