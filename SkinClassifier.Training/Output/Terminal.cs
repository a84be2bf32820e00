using SkinClassifier.Training.Settings;
using Spectre.Console;

namespace SkinClassifier.Training.Output;

/// <summary>
/// Where text goes: results to stdout; progress, notes and warnings to stderr. No escape codes when stderr is redirected or NO_COLOR is set, and
/// never any from outside (<see cref="CleanText"/>).
/// </summary>
internal sealed class Terminal(bool quiet, bool verbose)
{
    private readonly IAnsiConsole _error = AnsiConsole.Create(new AnsiConsoleSettings { Out = new StandardErrorTerminal(CleanConsole.RawError) });

    /// <summary>Whether notes and progress are left out.</summary>
    public bool Quiet => quiet;

    /// <summary>Whether stack traces and details are shown.</summary>
    public bool Verbose => verbose;

    /// <summary>Whether a live display makes sense.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>A result, for people and programs.</summary>
    public static void Result(string text) => Console.Out.WriteLine(CleanText.ManyLines(text));

    /// <summary>A note about what happens; left out with --quiet.</summary>
    public void Note(string text)
    {
        if (!quiet)
            Console.Error.WriteLine(CleanText.ManyLines(text));
    }

    /// <summary>Something the user should know, even with --quiet.</summary>
    public static void Warn(string text) => Console.Error.WriteLine($"warning: {CleanText.OneLine(CommandLineNames.Translate(text))}");

    /// <summary>Runs <paramref name="work"/> with a place to show progress.</summary>
    public T WithProgress<T>(Func<IProgressDisplay, T> work)
    {
        if (quiet)
            return work(new NoProgress());
        if (!IsLive)
            return work(new PlainProgress(Console.Error));
        return _error.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RateColumn(),
                new TimeLeft())
            .Start(context => work(new LiveProgress(_error, context)));
    }
}
