using System.CommandLine;
using SkinClassifier.Imaging;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>Options that several verbs have.</summary>
internal static class CommonOptions
{
    /// <summary>--quiet, everywhere.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Only results and warnings.", Recursive = true };

    /// <summary>--verbose, everywhere.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Details, and stack traces of errors.", Recursive = true };

    /// <summary>--threads.</summary>
    public static Option<int> Threads() => new Option<int>("--threads") { Description = "Threads to work on; 0: all cores.", DefaultValueFactory = _ => 0 }.InRange(0, 1024);

    /// <summary>--tta.</summary>
    public static Option<int?> Views(string initial)
    {
        Option<int?> option = new("--tta") { Description = $"Test-time augmentation: average over N views of each image; 1 the image alone, 2 and mirrored, 4 also upside down, 8 also quarter turns (square inputs); default: {initial}.", HelpName = "1|2|4|8" };
        option.AcceptOnlyFromAmong("1", "2", "4", "8");
        return option;
    }

    /// <summary>--max-pixels.</summary>
    public static Option<long> MaxPixels() => new Option<long>("--max-pixels")
    {
        Description = "The largest image that is read, width times height in pixels.",
        DefaultValueFactory = _ => DecoderOptions.Default.MaxPixels,
    }.InRange(1, Array.MaxLength / 3);

    /// <summary>A message of the library with the names of the command line.</summary>
    public static string InOptionNames(string message) => message.Replace($"{nameof(DecoderOptions)}.{nameof(DecoderOptions.MaxPixels)}", "--max-pixels", StringComparison.Ordinal);

    /// <summary>--seed.</summary>
    public static Option<ulong> Seed() => new("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };

    /// <summary>-o, a folder.</summary>
    public static Option<string> OutputFolder() => new("--output", "-o") { Description = "Folder for the results.", Required = true, HelpName = "folder" };

    /// <summary>The terminal with the verb's --quiet and --verbose.</summary>
    public static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(Quiet), parsed.GetValue(Verbose));

    /// <summary>Refuses numbers outside a range while parsing.</summary>
    public static Option<T> InRange<T>(this Option<T> option, T low, T high) where T : IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<T>() is { } value && (value.CompareTo(low) < 0 || value.CompareTo(high) > 0))
                result.AddError(FormattableString.Invariant($"{option.Name}: expected {low} to {high}, received {value}."));
        });
        return option;
    }
}
