using System.Text;

namespace SkinClassifier.Tests.Compare;

/// <summary>Runs the tool inside the test process and keeps what it prints.</summary>
internal static class CompareTool
{
    public static (int Code, string Output, string Error) Run(params string[] arguments) => Run(default, null, arguments);

    /// <param name="cancellationToken">Ctrl+C.</param>
    /// <param name="heard">Gets every line of stderr as it comes.</param>
    /// <param name="arguments">The command line.</param>
    public static (int Code, string Output, string Error) Run(CancellationToken cancellationToken, Action<string>? heard, params string[] arguments)
    {
        TextWriter output = Console.Out, error = Console.Error;
        using StringWriter newOutput = new();
        using Listener newError = new(heard);
        try
        {
            Console.SetOut(newOutput);
            Console.SetError(newError);
            int code = SkinClassifier.Compare.Program.RunAsync(arguments, cancellationToken).GetAwaiter().GetResult();
            return (code, newOutput.ToString().ReplaceLineEndings("\n"), newError.ToString()!.ReplaceLineEndings("\n"));
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private sealed class Listener(Action<string>? heard) : TextWriter
    {
        private readonly StringBuilder _text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => _text.Append(value);

        public override void WriteLine(string? value)
        {
            _text.Append(value).Append('\n');
            heard?.Invoke(value ?? "");
        }

        public override string ToString() => _text.ToString();
    }
}
