namespace SkinClassifier.Tests.CommandLine;

/// <summary>Runs command lines inside the test process and keeps what they print.</summary>
internal static class Cli
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static (int Code, string Output, string Error) Run(params string[] arguments) => RunWith(null, default, arguments);

    /// <summary>Runs a command line and cancels it as soon as a file is there: a fixed time falls into another part of the work on a faster machine.</summary>
    public static (int Code, string Output, string Error) RunUntil(string file, params string[] arguments)
    {
        using CancellationTokenSource cancellation = new();
        Task<(int Code, string Output, string Error)> running = Task.Run(() => RunWith(null, cancellation.Token, arguments));
        while (!File.Exists(file) && !running.IsCompleted)
            Thread.Sleep(5);
        cancellation.Cancel();
        return running.GetAwaiter().GetResult();
    }

    public static (int Code, string Output, string Error) RunWith(string? input, CancellationToken cancellationToken, params string[] arguments)
    {
        OneAtATime.Wait();
        TextWriter output = Console.Out, error = Console.Error;
        TextReader reader = Console.In;
        using StringWriter newOutput = new(), newError = new();
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            if (input is not null)
                Console.SetIn(new StringReader(input));
            int code = SkinClassifier.Training.Program.RunAsync(arguments, cancellationToken).GetAwaiter().GetResult();
            return (code, newOutput.ToString().ReplaceLineEndings("\n"), newError.ToString().ReplaceLineEndings("\n"));
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
            Console.SetIn(reader);
            OneAtATime.Release();
        }
    }
}
