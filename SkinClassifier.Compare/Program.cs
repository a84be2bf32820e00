using System.CommandLine;
using System.Runtime.InteropServices;

namespace SkinClassifier.Compare;

/// <summary>The tool skinclassifier-compare.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using CancellationTokenSource cancellation = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, cancellation));
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, cancellation));
        return await RunAsync(args, cancellation.Token);
    }

    /// <summary>Runs a command line and returns its exit code.</summary>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        CompareCommand command = new();
        ParseResult parsed = command.Root.Parse(args);
        if (CompareCommand.IsOther(parsed))
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken);
        try
        {
            List<string> errors = [];
            if (command.Read(parsed, errors) is { } options)
                return Comparison.Run(options, cancellationToken);
            foreach (string error in errors.Distinct())
                Console.Error.WriteLine($"error: {error}");
            Console.Error.WriteLine("See: skinclassifier-compare --help");
            return ExitCode.WrongUsage;
        }
        catch (Exception error)
        {
            (int code, string text) = Explain(error);
            Console.Error.WriteLine(command.IsVerbose(parsed) ? error.ToString() : text);
            return code;
        }
    }

    private static (int Code, string Text) Explain(Exception error) => error.GetBaseException() is DllNotFoundException missing
        ? (ExitCode.UnusableInput, $"error: a native library of ML.NET cannot be loaded: {missing.Message} LightGBM needs an x64 or arm64 system with OpenMP "
            + $"(on Linux the package libgomp1); --without lightgbm goes without it.")
        : ErrorSentence.Of(error);

    private static void OnSignal(PosixSignalContext signal, CancellationTokenSource cancellation)
    {
        if (cancellation.IsCancellationRequested)
            Environment.Exit(ExitCode.Cancelled);
        signal.Cancel = true;
        Console.Error.WriteLine("stopping; the rows that are done are kept. Press Ctrl+C again to stop at once");
        cancellation.Cancel();
    }
}
