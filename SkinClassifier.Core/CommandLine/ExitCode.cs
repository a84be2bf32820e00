namespace SkinClassifier.CommandLine;

/// <summary>Exit codes of the command lines, a contract for scripts.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>An unexpected error.</summary>
    public const int UnexpectedError = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int WrongUsage = 2;

    /// <summary>The data, an image or the model is not usable.</summary>
    public const int UnusableInput = 3;

    /// <summary>Cancelled with Ctrl+C.</summary>
    public const int Cancelled = 130;
}
