using System.CommandLine;
using System.Globalization;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training;
using SkinClassifier.Training.Settings;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>
/// Laws for every verb and every option of the command line: what is written wrong is refused with the option, what was received and what is allowed.
/// </summary>
public sealed class UsageTests
{
    private static readonly Type[] Numbers = [typeof(int), typeof(int?), typeof(long), typeof(ulong), typeof(double), typeof(double?), typeof(int[])];

    private static IEnumerable<string> Verbs() => Leaves(CommandTree.Create(), "").Select(l => l.Path);

    [Test]
    public void Every_number_of_every_verb_is_read_by_the_one_reader([ValueSource(nameof(Verbs))] string verb)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = WithComma();
            foreach (string option in NumbersOf(verb))
                foreach (string wrong in new[] { "abc", "0,5", "", "NaN", "-Infinity", "1e400", "１", "0x1F", "1 000", "--", "1.2.3" })
                    Assert.That(Errors(verb, option, wrong), Has.Some.StartsWith($"{option}: expected").Or.Some.StartsWith($"{option}: Required")
                        .Or.Some.Contains($"missing for option: '{option}'"), $"{verb} {option} '{wrong}'");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    /// <summary>A parser of its own would read "0,5", "１" or " 5" in its own way; the forms read them all in one.</summary>
    [Test]
    public void No_verb_reads_a_number_or_a_word_past_the_forms([ValueSource(nameof(Verbs))] string verb)
    {
        HashSet<string> ofTables = [.. LinesOf(verb).SelectMany(l => l.OldNames.Select(o => "--" + o).Append(l.Flag))];
        Type[] texts = [typeof(string), typeof(bool), typeof(string[]), typeof(FileInfo), typeof(DirectoryInfo)];
        List<string> past = [];
        foreach (Option option in Leaf(verb).Options.Where(o => o.Action is null && !ofTables.Contains(o.Name)))
        {
            bool hasForm = option.GetType().GetProperty(nameof(Option<int>.CustomParser))!.GetValue(option) is Delegate parser
                && parser.Method.DeclaringType!.FullName!.Contains(nameof(CommonOptions), StringComparison.Ordinal);
            bool isChoice = option.HelpName?.Contains('|') == true || option.CompletionSources.Count > (option.ValueType == typeof(bool) ? 1 : 0);
            if (!hasForm && (isChoice || !texts.Contains(option.ValueType)))
                past.Add($"{option.Name} ({option.ValueType.Name})");
        }
        Assert.That(past, Is.Empty, "give it a form: .Of(OptionForm…), .InRange or .OneOf");
    }

    [Test]
    public void Every_misspelled_option_is_refused_with_the_nearest_one([ValueSource(nameof(Verbs))] string verb)
    {
        foreach (Option option in Leaf(verb).Options.Where(o => !o.Hidden && o.Name.Length > 5))
        {
            string name = option.Name, exchanged = name[..^3] + name[^2] + name[^3] + name[^1], shortened = name[..^1], doubled = name + name[^1];
            foreach (string wrong in new[] { exchanged, shortened, doubled, name.ToUpperInvariant() }
                .Where(w => w != name && Leaf(verb).Options.All(o => o.Name != w)))
            {
                IReadOnlyList<string> errors = Errors(verb, wrong, "3"), joined = Errors(verb, $"{wrong}=3");
                Assert.That(errors, Has.Some.StartsWith($"{wrong}: expected a known option"), verb);
                Assert.That(errors.Single(e => e.StartsWith(wrong + ":", StringComparison.Ordinal)), Does.Contain("Did you mean --"));
                Assert.That(joined, Has.Some.StartsWith($"{wrong}: expected a known option"), verb);
            }
        }
    }

    [TestCase("trian x -o y", "train")]
    [TestCase("evalute m x -o y", "evaluate")]
    [TestCase("data inspct x", "inspect")]
    [TestCase("Backbone list", "backbones")]
    [TestCase("new webap -o x", "webapi")]
    [TestCase("--verbos", "--verbose")]
    public void A_misspelled_verb_is_refused_with_the_nearest_one(string line, string expected)
    {
        (int code, string output, string error) = Cli.Run(line.Split(' '));
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain($"Did you mean {expected}?").And.Not.Contain("   at "));
    }

    [Test]
    public void What_looks_like_an_option_is_no_image_unless_it_stands_behind_two_hyphens()
    {
        Assert.That(Errors("predict", "m.zip", "--tpo", "3"),
            Is.EqualTo(new[] { "--tpo: expected a known option of predict. Did you mean --top? A file of that name is written ./--tpo." }));
        Assert.That(Errors("predict", "m.zip", "-x.png"), Has.Count.EqualTo(1));
        Assert.That(Errors("predict", "m.zip", "--", "-x.png"), Is.Empty);
        Assert.That(Errors("predict", "m.zip", "-"), Is.Empty);
    }

    [Test]
    public void An_option_is_no_value_of_another()
    {
        Assert.That(Errors("train", "x", "-o", "y", "--backbone", "--epohcs", "3"),
            Has.Some.EqualTo("--backbone: expected a value, received the option --epohcs. Did you mean --epochs?"));
        Assert.That(Errors("evaluate", "m.zip", "x", "-o", "y", "--group-by", "--tta"), Has.Some.Contains("--group-by"));
    }

    [Test]
    public void All_errors_are_told_at_once_with_what_is_allowed()
    {
        (int code, _, string error) = Cli.Run("train", "nowhere", "-o", "nowhere", "--batch-size", "2,5", "--momentum", "1", "--resize", "crp",
            "--swa-learning-rate", "0.1", "--folds", "1", "--schedule-parameters", "gamma=1",
            "--loss", "hinge", "--label-smoothing", "0.2", "--quiet");
        Assert.That(code, Is.EqualTo(2));
        string[] lines = error.TrimEnd().Split('\n');
        Assert.That(lines, Is.SupersetOf(new[]
        {
            "error: --batch-size: expected a whole number, 1 to 65536, received 2,5.",
            "error: --momentum: expected 0 to below 1, received 1.",
            "error: --resize: expected crop, stretch or pad, received crp. Did you mean crop?",
            "error: --swa-learning-rate: expected --swa above 0 beside it, received 0.1.",
            "error: --folds: expected 2 or more, or 0 for none, received 1.",
            "error: --schedule-parameters: expected --schedule beside it.",
            "error: --label-smoothing: expected 0 with this loss, received 0.2 with Hinge.",
        }));
        Assert.That(lines[^1], Is.EqualTo("See: skinclassifier train --help"));
    }

    [TestCase("train a b -o y", "train: expected nothing after <data>, received b.")]
    [TestCase("train a -o y --epochs 1 --epochs 2", "--epochs: expected once with one value, received 2 values.")]
    [TestCase("train a -o y --epochs", "error: --epochs: expected a value, received nothing. ")]
    [TestCase("evaluate m.zip a -o", "error: --output: expected a value, received nothing. ")]
    [TestCase("--epochs 3", "--epochs: expected a known option, or before it one of train,")]
    [TestCase("train a -o y --lr 0.1", "Did you mean --learning-rate?")]
    [TestCase("data split a -o y --validation 0.6 --test 0.4",
        "--validation and --test: expected fractions that are together below 1, so that images are left to train on, received 0.6 and 0.4.")]
    [TestCase("train a -o y --validation 0.6 --test 0.4",
        "--validation and --test: expected fractions that are together below 1, so that images are left to train on, received 0.6 and 0.4.")]
    public void What_is_wrong_is_told_in_the_words_of_the_command_line(string line, string expected)
    {
        (int code, _, string error) = Cli.Run(line.Split(' '));
        Assert.That((code, error.Contains(expected)), Is.EqualTo((2, true)), error);
    }

    [Test]
    public void Blanks_around_a_number_are_told() =>
        Assert.That(Errors("predict", "m.zip", "a.png", "--top", " 5 "),
            Has.Some.EqualTo("--top: expected a whole number, 1 to 100000, received  5 . A number stands without blanks: 5."));

    [Test]
    public void A_model_that_does_not_exist_is_named_with_what_to_do()
    {
        string path = Path.GetFullPath("no-such-model.zip");
        (int code, _, string error) = Cli.Run("inspect", path);
        Assert.That((code, error.TrimEnd()), Is.EqualTo((3, $"error: {path}: expected a file, found none. Check the path.")));
    }

    [Test]
    public void Help_shows_no_old_name()
    {
        (int code, string output, _) = Cli.Run("train", "--help");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("--limit-train <N>").And.Contain("--clip-grad-norm").And.Contain("Default: 0.9.")
            .And.Not.Contain("--learn-from").And.Not.Contain("training.md#"));
    }

    [TestCase("SwaLearningRate must be above 0", "--swa-learning-rate must be above 0")]
    [TestCase("raise DecoderOptions.MaxPixels.", "raise --max-pixels.")]
    [TestCase("ImageClassificationTrainerOptions.Loss is odd", "--loss is odd")]
    [TestCase("Loss is no option here, /tmp/FineTuneEpoch/x.png neither", "Loss is no option here, /tmp/FineTuneEpoch/x.png neither")]
    [TestCase("Test fraction: too much. (Parameter 'testFraction')", "Test fraction: too much.")]
    [TestCase("Of: expected 1. (Parameter 'x')\nActual value was 0,5.", "Of: expected 1.")]
    [TestCase("Supported: AveragePool, BatchNormalization, Cast.", "Supported: AveragePool, BatchNormalization, Cast.")]
    [TestCase("node 'bn' (BatchNormalization): expected 5 inputs", "node 'bn' (BatchNormalization): expected 5 inputs")]
    [TestCase("use FineTuneEpoch, not Dropout", "use --fine-tune-epochs, not Dropout")]
    public void Messages_of_the_library_get_the_names_of_the_command_line(string message, string expected) =>
        Assert.That(CommandLineNames.Translate(message), Is.EqualTo(expected));

    /// <summary>A culture with a decimal comma; the build server knows only the invariant one by name.</summary>
    private static CultureInfo WithComma() => new("") { NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };

    private static IReadOnlyList<string> Errors(string verb, params string[] arguments) =>
        UsageCheck.Errors(CommandTree.Create().Parse([.. verb.Split(' '), .. arguments]));

    private static IEnumerable<string> NumbersOf(string verb)
    {
        HashSet<string> ofTable =
            [.. TrainingLines().Where(l => l.Form.TakesNumber && !l.Form.TakesText).SelectMany(l => l.OldNames.Select(o => "--" + o).Append(l.Flag))];
        return Leaf(verb).Options.Where(o => Numbers.Contains(o.ValueType) || verb is "train" or "lr-find" && ofTable.Contains(o.Name)).Select(o => o.Name);
    }

    private static IEnumerable<OptionLine> TrainingLines() => LearningRateVerb.Lines;

    private static IEnumerable<OptionLine> LinesOf(string verb) =>
        verb is "train" or "lr-find" ? RunOptionTable.Lines.Concat(TrainerOptionTable.All).Concat(TrainingLines())
            : verb == "data suspects" ? SuspectsVerb.Lines
            : verb == "features" ? FeaturesVerb.Lines
            : DatasetOptionTable.All.Concat(verb == "evaluate" ? ReportOptionTable.All : []);

    private static Command Leaf(string verb) => Leaves(CommandTree.Create(), "").Single(l => l.Path == verb).Command;

    private static IEnumerable<(string Path, Command Command)> Leaves(Command command, string path) =>
        command.Subcommands.Count == 0 ? [(path, command)] : command.Subcommands.SelectMany(c => Leaves(c, path.Length == 0 ? c.Name : $"{path} {c.Name}"));
}
