using System.CommandLine;
using SkinClassifier.Data;
using SkinClassifier.Imaging;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Training.Verbs;

/// <summary>Options that several verbs have, and how their numbers and words are read: by the same forms as the table of options.</summary>
internal static class CommonOptions
{
    /// <summary>--quiet, everywhere.</summary>
    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Only results and warnings.", Recursive = true };

    /// <summary>--verbose, everywhere.</summary>
    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Details, and stack traces of errors.", Recursive = true };

    /// <summary>--threads.</summary>
    public static Option<int> Threads() =>
        new Option<int>("--threads") { Description = "Threads to work on; 0: all cores.", DefaultValueFactory = _ => 0 }.InRange(0, 1024);

    /// <summary>--tta.</summary>
    public static Option<int?> Views(string initial) => new Option<int?>("--tta")
    {
        Description = $"Test-time augmentation: average over N views of each image; 1 the image alone, 2 and mirrored, 4 also upside down, 8 also "
            + $"quarter turns (square inputs); default: {initial}.",
        HelpName = "1|2|4|8",
    }.Of(OptionForm.OneOf(1, 2, 4, 8));

    /// <summary>--no-policy of the verbs that use a model.</summary>
    public static Option<bool> NoPolicy(string effect) => new("--no-policy") { Description = $"Leaves the model's policy out: {effect}." };

    /// <summary>--max-pixels, wherever images are read.</summary>
    public static Option<long> MaxPixels() => new Option<long>("--max-pixels")
    {
        Description = "The largest image that is read, width times height in pixels.",
        DefaultValueFactory = _ => DecoderOptions.Default.MaxPixels,
        HelpName = "N",
    }.Of(OptionForm.WholeLong(1, Array.MaxLength / 3));

    /// <summary>The limits of --max-pixels.</summary>
    public static DecoderOptions Decoder(this ParseResult parsed, Option<long> maxPixels) => new() { MaxPixels = parsed.GetValue(maxPixels) };

    /// <summary>--seed.</summary>
    public static Option<ulong> Seed() =>
        new Option<ulong>("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 }.Of(OptionForm.Unsigned());

    /// <summary>-o, a folder.</summary>
    public static Option<string> OutputFolder() => new("--output", "-o") { Description = "Folder for the results.", Required = true, HelpName = "folder" };

    /// <summary>What is wrong with a folder for results: it lies inside the images.</summary>
    public static IEnumerable<string> OutputErrors(ParseResult parsed, Option<string> output, Argument<string> data) =>
        parsed.Errors.Count == 0 && FolderScanner.OutputError(parsed.GetValue(output), parsed.GetValue(data)) is { } error ? [error] : [];

    /// <summary>The terminal with the verb's --quiet and --verbose.</summary>
    public static Terminal Terminal(ParseResult parsed) => new(parsed.GetValue(Quiet), parsed.GetValue(Verbose));

    /// <summary>Takes whole numbers of a range.</summary>
    public static Option<int> InRange(this Option<int> option, int low, int high) => option.Of(OptionForm.Whole(low, high));

    /// <inheritdoc cref="InRange(Option{int}, int, int)"/>
    public static Option<int?> InRange(this Option<int?> option, int low, int high) => option.Of(OptionForm.Whole(low, high));

    /// <summary>Takes numbers of a range.</summary>
    public static Option<double> InRange(this Option<double> option, double low, double high) => option.Of(OptionForm.Real(low, high));

    /// <summary>Takes one of a few words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        option.HelpName ??= string.Join('|', words);
        return option.Of(OptionForm.Choice(words));
    }

    /// <summary>Takes what a form takes.</summary>
    public static Option<T> Of<T>(this Option<T> option, OptionForm form)
    {
        option.CompletionSources.Add([.. form.Words]);
        option.CustomParser = result =>
        {
            if (form.TryRead(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value, out object? value, out string problem))
                return (T)value!;
            result.AddError($"{option.Name}: {problem}");
            return default;
        };
        return option;
    }
}
