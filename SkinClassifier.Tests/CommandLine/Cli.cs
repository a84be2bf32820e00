namespace SkinClassifier.Tests.CommandLine;

/// <summary>Runs command lines inside the test process and keeps what they print.</summary>
internal static class Cli
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static (int Code, string Output, string Error) Run(params string[] arguments) => RunWith(null, default, arguments);

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
