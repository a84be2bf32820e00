using System.CommandLine;
using System.CommandLine.Parsing;
using SkinClassifier.Training;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class ExampleTests
{
    private static IEnumerable<string> Paths() => Commands(CommandTree.Create(), "").Select(c => c.Path);

    [Test]
    public void Every_verb_has_examples_that_parse_without_errors([ValueSource(nameof(Paths))] string path)
    {
        Command command = Commands(CommandTree.Create(), "").Single(c => c.Path == path).Command;
        IReadOnlyList<string> examples = CommandExamples.Of(command, path);
        bool isVerb = command.Subcommands.Count == 0;
        Assert.That(examples, Has.Count.InRange(1, isVerb || path.Length == 0 ? 3 : command.Subcommands.Count));
        Assert.That(examples, Is.Unique);
        foreach (string example in examples)
        {
            ParseResult parsed = CommandTree.Create().Parse([.. CommandLineParser.SplitCommandLine(example)]);
            Assert.That(UsageCheck.Errors(parsed), Is.Empty, example);
            Assert.That(parsed.CommandResult.Command.Subcommands, Is.Empty, example);
            Assert.That(string.Join(' ', CommandTree.PathOf(parsed.CommandResult)), isVerb ? Is.EqualTo(path) : Does.StartWith(path), example);
        }
    }

    [Test]
    public void Help_ends_with_the_examples([ValueSource(nameof(Paths))] string path)
    {
        (int code, string output, string error) = Cli.Run([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Command command = Commands(CommandTree.Create(), "").Single(c => c.Path == path).Command;
        Assert.That(output.TrimEnd('\n'), Does.StartWith("Description:")
            .And.EndsWith("\nExamples:\n" + string.Join('\n', CommandExamples.Of(command, path).Select(e => $"  skinclassifier {e}"))));
    }

    [Test]
    public void No_example_belongs_to_a_verb_that_is_gone() => Assert.That(CommandExamples.All.Keys, Is.SubsetOf(Paths()));

    private static IEnumerable<(string Path, Command Command)> Commands(Command command, string path) =>
        command.Subcommands.SelectMany(c => Commands(c, path.Length == 0 ? c.Name : $"{path} {c.Name}")).Prepend((path, command));
}
