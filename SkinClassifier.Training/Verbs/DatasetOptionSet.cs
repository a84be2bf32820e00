using System.CommandLine;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>The options of <see cref="DatasetOptionTable"/>, and of further tables, for a verb whose own options are no table.</summary>
/// <param name="more">Lines of further tables.</param>
internal sealed class DatasetOptionSet(params IReadOnlyList<OptionLine> more)
{
    private readonly OptionSet _set = new([.. DatasetOptionTable.All, .. more]);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command) => _set.AddTo(command);

    /// <summary>--subset of evaluate.</summary>
    public static Option<string?> Subset()
    {
        return new Option<string?>("--subset") { Description = "Which set is measured where the data has sets; default: test." }
            .OneOf("train", "validation", "test", "all");
    }

    /// <summary>What a command line says.</summary>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    public DatasetReading Read(ParseResult parsed) => DatasetOptionTable.Read(Values(parsed));

    /// <summary>The values that a command line gives.</summary>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    public OptionValues Values(ParseResult parsed)
    {
        OptionReading reading = _set.Read(parsed);
        return reading.Errors.Count > 0 ? throw new UsageException(reading.Errors) : reading.Values;
    }

    /// <summary>Values by key, for config.json.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> ForConfiguration(OptionValues values) =>
        [.. _set.Lines.Select(l => KeyValuePair.Create(l.Key, (object?)values.TextOf(l)))];
}
