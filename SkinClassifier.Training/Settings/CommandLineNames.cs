using System.Text.RegularExpressions;
using SkinClassifier.Graphs;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Training.Settings;

/// <summary>
/// Names of the library in messages become names of the command line. The one place where they meet; the pairs come from the tables of options.
/// </summary>
internal static partial class CommandLineNames
{
    private static readonly Dictionary<string, string> Flags = TrainerOptionTable.All.Where(l => l.OnCommandLine).Concat(RunOptionTable.Lines)
        .Where(l => l.Property is not null).ToDictionary(l => l.Property!, l => l.Flag);

    /// <summary>
    /// The option of a property of the library, for example "--learning-rate" of "LearningRate"; the property's own name where the command line has
    /// none.
    /// </summary>
    public static string Of(string property) => Flags.GetValueOrDefault(property, property);

    /// <summary>
    /// A message of the library with the command line's names. Replaced are names with a type in front ("DecoderOptions.MaxPixels") and names of
    /// several words ("FineTuneEpoch"); a single word ("Loss") can be a word of the sentence, and BatchNormalization alone is the operator. What .NET
    /// adds for programmers is left out.
    /// </summary>
    public static string Translate(string message) => Name().Replace(ErrorSentence.Plain(message), match =>
    {
        string full = match.Value, last = full[(full.LastIndexOf('.') + 1)..];
        bool isQualified = full.Length > last.Length, hasWords = last.Skip(1).Any(char.IsUpper) && !OperatorCatalog.OpTypes.Contains(last);
        return (isQualified || hasWords) && (Flags.TryGetValue(full, out string? flag) || Flags.TryGetValue(last, out flag)) ? flag : full;
    });

    [GeneratedRegex(
        @"(?<![\w./\\-])(?:(?:ImageClassificationTrainerOptions|EarlyStoppingCriteria|EarlyStopping|DecoderOptions)\.)?[A-Z][A-Za-z0-9]+(?![\w/\\]|\.\w|\()")]
    private static partial Regex Name();
}
