using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SkinClassifier.Training.Output;

/// <summary>
/// While a command line runs, whatever is written to the console passes <see cref="CleanText"/>. The streams themselves are only for our own escape
/// codes (bars) and for tables that programs read.
/// </summary>
internal sealed class CleanConsole : IDisposable
{
    private static CleanConsole? s_installed;
    private readonly TextWriter _output = Console.Out, _error = Console.Error;

    private CleanConsole()
    {
        Console.SetOut(new Writer(_output));
        Console.SetError(new Writer(_error));
    }

    /// <summary>stderr as it is.</summary>
    public static TextWriter RawError => s_installed?._error ?? Console.Error;

    /// <summary>stdout for a table that a program reads: as it is where it goes to a file or a program, clean on a terminal.</summary>
    public static TextWriter DataOutput => Console.IsOutputRedirected ? s_installed?._output ?? Console.Out : Console.Out;

    /// <summary>Begins, until it is disposed; null when it has begun already (a verb that runs other verbs).</summary>
    public static CleanConsole? Install() => s_installed is null ? s_installed = new CleanConsole() : null;

    public void Dispose()
    {
        Console.Out.Flush();
        Console.Error.Flush();
        Console.SetOut(_output);
        Console.SetError(_error);
        s_installed = null;
    }

    private sealed class Writer(TextWriter inner) : TextWriter(inner.FormatProvider)
    {
        public override Encoding Encoding => inner.Encoding;

        [AllowNull]
        public override string NewLine { get => inner.NewLine; set => inner.NewLine = value; }

        public override void Write(char value) => inner.Write(CleanText.ManyLines(value.ToString()));

        public override void Write(string? value) => inner.Write(value is null ? null : CleanText.ManyLines(value));

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

        public override void WriteLine() => inner.WriteLine();

        public override void WriteLine(string? value)
        {
            Write(value);
            inner.WriteLine();
        }

        public override void Flush() => inner.Flush();
    }
}
