namespace SkinClassifier.Training.Settings;

/// <summary>What was read, and what is to be said about it.</summary>
/// <param name="Values">The options that can be used.</param>
/// <param name="Errors">Sentences, each of which begins with the name of an option.</param>
/// <param name="Warnings">Old names and the new ones.</param>
internal sealed record OptionReading(OptionValues Values, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings);

/// <summary>The command line or a configuration asks for something that does not exist; exit code 2. All errors at once.</summary>
internal sealed class UsageException(IReadOnlyList<string> errors) : Exception(string.Join(" ", errors))
{
    /// <summary>One sentence or two for each error.</summary>
    public IReadOnlyList<string> Errors => errors;
}
