namespace SkinClassifier.Compare;

/// <summary>Exit codes, those of the command line skinclassifier.</summary>
internal static class ExitCode
{
    public const int Done = 0, UnexpectedError = 1, WrongUsage = 2, UnusableInput = 3, Cancelled = 130;
}
