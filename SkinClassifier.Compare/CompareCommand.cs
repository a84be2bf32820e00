using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using SkinClassifier.Common;
using SkinClassifier.Compare.Methods;
using SkinClassifier.Data;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Compare;

/// <summary>The command line: its options, and everything that is wrong with one, all at once.</summary>
internal sealed class CompareCommand
{
    /// <summary>Shown below the help text.</summary>
    public static IReadOnlyList<string> Examples { get; } =
    [
        "skinclassifier-compare photos -o comparison",
        "skinclassifier-compare photos -o comparison --group-by patient_id --without network",
        "skinclassifier-compare photos -o comparison --folds 5 --with skin,head --threads 4",
        "skinclassifier-compare photos -o comparison --backbone mobilenet_v2.onnx --time-budget 30m",
    ];

    private readonly Argument<string> _data = new("data")
    {
        Description = "A folder with one sub-folder per class, or a CSV file that names images and classes.",
    };
    private readonly Option<string> _output = new("--output", "-o") { Description = "Folder for the results.", Required = true, HelpName = "folder" };
    private readonly Option<string?> _groupBy = new("--group-by")
    {
        Description = "Column of metadata.csv or of the CSV file; images with the same value never fall into two sets, and the intervals are drawn over its "
            + "values.",
        HelpName = "COLUMN",
    };
    private readonly Option<double> _test = Of(new Option<double>("--test")
    {
        Description = "Share of the groups that are measured.",
        DefaultValueFactory = _ => 0.2,
    }, OptionForm.Real(0, 1, aboveMin: true, belowMax: true));
    private readonly Option<double> _validation = Of(new Option<double>("--validation")
    {
        Description = "Share of the groups by which a training chooses its best epoch; no method trains on them.",
        DefaultValueFactory = _ => 0.1,
    }, OptionForm.Real(0, 1, belowMax: true));
    private readonly Option<int?> _folds = Of(new Option<int?>("--folds")
    {
        Description = "Cross-validation: every image is measured once, by a model that has not seen it; instead of one split.",
    }, OptionForm.Whole(2, 100));
    private readonly Option<string?> _with = new("--with") { Description = $"Only these rows, with commas between: {Words}. Default: all.", HelpName = "LIST" };
    private readonly Option<string?> _without = new("--without") { Description = "Not these rows; the same words.", HelpName = "LIST" };
    private readonly Option<TimeSpan?> _timeBudget = Of(new Option<TimeSpan?>("--time-budget")
    {
        Description = "Longest time to train the fine-tuned network, for each split or fold; the best weights so far are measured. Default: no limit.",
    }, OptionForm.Duration());
    private readonly Option<string> _backbone = new("--backbone")
    {
        Description = "The pretrained network: auto, a built-in one, or an ONNX file.",
        DefaultValueFactory = _ => "auto",
        HelpName = "NAME|FILE.onnx",
    };
    private readonly Option<string> _weights = new("--weights")
    {
        Description = "auto, or a file with the weights of a built-in network.",
        DefaultValueFactory = _ => "auto",
        HelpName = "auto|FILE",
    };
    private readonly Option<string?> _pathColumn = new("--path-column")
    {
        Description = "Column of a CSV file that holds the paths. Default: found by name.",
        HelpName = "COLUMN",
    };
    private readonly Option<string?> _labelColumn = new("--label-column")
    {
        Description = "Column of a CSV file that holds the classes. Default: found by name.",
        HelpName = "COLUMN",
    };
    private readonly Option<string?> _imageFolder = new("--image-folder")
    {
        Description = "Folder of the images of a CSV file. Default: found.",
        HelpName = "FOLDER",
    };
    private readonly Option<ulong> _seed = Of(new Option<ulong>("--seed") { Description = "Seed of everything random.", DefaultValueFactory = _ => 1 },
        OptionForm.Unsigned());
    private readonly Option<int> _threads = Of(new Option<int>("--threads") { Description = "Threads to work on; 0: all cores.", DefaultValueFactory = _ => 0 },
        OptionForm.Whole(0, 1024));
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Only results and warnings." };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Details, and stack traces of errors." };

    private static string Words => string.Join(", ", MethodCatalog.Words);

    /// <summary>The command.</summary>
    public RootCommand Root { get; }

    /// <summary>Makes the command.</summary>
    public CompareCommand()
    {
        Root = new RootCommand("Compare SkinClassifier with traditional methods on your images: class frequencies, classical descriptors and frozen features "
            + "with ML.NET's trainers, a head, a fine-tuned network. For research and decision support; not a medical device.")
        {
            _data,
        };
        foreach (Option option in new Option[]
        {
            _output, _groupBy, _test, _validation, _folds, _with, _without, _timeBudget, _backbone, _weights, _pathColumn, _labelColumn, _imageFolder,
            _seed, _threads, _quiet, _verbose,
        })
            Root.Options.Add(option);
        HelpOption help = Root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        Root.SetAction((_, _) => Task.FromResult(ExitCode.Done));
    }

    /// <summary>Whether stack traces are wanted.</summary>
    public bool IsVerbose(ParseResult parsed) => parsed.GetResult(_verbose) is { Implicit: false };

    /// <summary>Whether something else than a comparison is asked for: help, or the version.</summary>
    public static bool IsOther(ParseResult parsed) =>
        parsed.GetResult("--help") is OptionResult { Implicit: false } || parsed.GetResult("--version") is OptionResult { Implicit: false };

    /// <summary>The options that a command line gives; everything that is wrong goes into <paramref name="errors"/>.</summary>
    public CompareOptions? Read(ParseResult parsed, List<string> errors)
    {
        string[] unknown = [.. parsed.UnmatchedTokens.Where(t => t.StartsWith('-'))];
        foreach (string option in unknown)
            errors.Add($"{option}: expected a known option.{NearestWord.Question(option, Root.Options.Select(o => o.Name))}");
        // What follows an unknown option may be its value: the option is the error.
        foreach (ParseError error in parsed.Errors.Where(e => unknown.Length == 0 || !parsed.UnmatchedTokens.Any(t => e.Message.Contains($"'{t}'"))))
            errors.Add(Sentence(error));
        IReadOnlyList<Method> methods = MethodCatalog.Choose(List(parsed, _with), List(parsed, _without), errors);
        if (errors.Count > 0)
            return null;
        if (parsed.GetValue(_folds) is not null && parsed.GetResult(_test) is { Implicit: false })
            errors.Add("--test: expected without --folds, where every image is measured once. Leave one of them out.");
        if (parsed.GetValue(_folds) is null && parsed.GetValue(_test) + parsed.GetValue(_validation) >= 1)
            errors.Add("--test, --validation: expected less than 1 together, so that something is left to train on.");
        string data = parsed.GetValue(_data)!, output = parsed.GetValue(_output)!;
        if (FolderScanner.OutputError(output, data) is { } inside)
            errors.Add(inside);
        return errors.Count > 0 ? null : new CompareOptions
        {
            Data = data,
            Output = output,
            Methods = methods,
            GroupBy = parsed.GetValue(_groupBy),
            Test = parsed.GetValue(_test),
            Validation = parsed.GetValue(_validation),
            Folds = parsed.GetValue(_folds),
            TimeBudget = parsed.GetValue(_timeBudget),
            Backbone = parsed.GetValue(_backbone)!,
            Weights = parsed.GetValue(_weights)!,
            PathColumn = parsed.GetValue(_pathColumn),
            LabelColumn = parsed.GetValue(_labelColumn),
            ImageFolder = parsed.GetValue(_imageFolder),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.GetValue(_threads),
            Quiet = parsed.GetValue(_quiet),
        };
    }

    private static string[] List(ParseResult parsed, Option<string?> option) =>
        parsed.GetResult(option) is { Errors: var errors } && !errors.Any() && parsed.GetValue(option) is { } text
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [];

    private static string Sentence(ParseError error) => error.SymbolResult switch
    {
        OptionResult { Tokens.Count: 0, Option.Arity.MinimumNumberOfValues: > 0 } missing =>
            $"{missing.Option.Name}: expected a value, received nothing. {missing.Option.Description}",
        ArgumentResult { Tokens.Count: 0 } missing => $"expected <{missing.Argument.Name}>, received nothing. {missing.Argument.Description}",
        OptionResult { Option.Name: { } name } when !error.Message.Contains(name, StringComparison.Ordinal) => $"{name}: {error.Message}",
        _ => error.Message,
    };

    private static Option<T> Of<T>(Option<T> option, OptionForm form)
    {
        option.HelpName = form.Placeholder;
        option.CustomParser = result =>
        {
            if (form.TryRead(result.Tokens.Count == 0 ? "" : result.Tokens[0].Value, out object? value, out string problem))
                return (T)value!;
            result.AddError($"{option.Name}: {problem}");
            return default;
        };
        return option;
    }

    /// <summary>The help text with examples below it.</summary>
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => help.ClearsParseErrors;

        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in Examples)
                output.WriteLine($"  {example}");
            output.WriteLine();
            return code;
        }
    }
}
