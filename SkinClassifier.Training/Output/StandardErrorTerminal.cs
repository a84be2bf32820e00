using System.Text;
using Spectre.Console;

namespace SkinClassifier.Training.Output;

/// <summary>stderr for live bars, whose escape codes must arrive. Texts inside the bars pass <see cref="CleanText"/> before.</summary>
internal sealed class StandardErrorTerminal(TextWriter writer) : IAnsiConsoleOutput
{
    private readonly AnsiConsoleOutput _size = new(writer);

    public TextWriter Writer => writer;

    public bool IsTerminal => !Console.IsErrorRedirected;

    public int Width => _size.Width;

    public int Height => _size.Height;

    public void SetEncoding(Encoding encoding) => _size.SetEncoding(encoding);
}
