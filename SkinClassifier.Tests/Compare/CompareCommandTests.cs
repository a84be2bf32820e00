using SkinClassifier.Compare;
using SkinClassifier.Compare.Methods;
using SkinClassifier.Tests.CommandLine;

namespace SkinClassifier.Tests.Compare;

[NonParallelizable]
public sealed class CompareCommandTests
{
    [Test]
    public void All_errors_of_a_command_line_are_told_at_once()
    {
        (int code, string output, string error) = CompareTool.Run("photos", "--test", "2", "--folds", "one", "--with", "sdac", "--treads", "3");
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("--test: expected").And.Contain("--folds: expected").And.Contain("received 'sdac'. Did you mean sdca?")
            .And.Contain("--output").And.Contain("--treads: expected a known option. Did you mean --threads?")
            .And.EndsWith("See: skinclassifier-compare --help\n"));
    }

    [Test]
    public void An_unknown_option_is_told_once()
    {
        (int code, _, string error) = CompareTool.Run("photos", "-o", "x", "--treads", "3", "--bogus");
        Assert.That((code, error), Is.EqualTo((2, "error: --treads: expected a known option. Did you mean --threads?\n"
            + "error: --bogus: expected a known option.\nSee: skinclassifier-compare --help\n")));
    }

    [TestCase("--folds 3 --test 0.3", "--test: expected without --folds")]
    [TestCase("--test 0.6 --validation 0.5", "--test, --validation: expected less than 1 together")]
    [TestCase("--with head --without images,head", "--without: expected some of")]
    [TestCase("--with head --without head", "--without: expected at least one method to be left")]
    public void Options_that_do_not_fit_together_are_refused(string options, string expected)
    {
        (int code, _, string error) = CompareTool.Run(["photos", "-o", "x", .. options.Split(' ')]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith($"error: {expected}"));
    }

    [Test]
    public void Data_that_is_not_there_is_refused_with_a_sentence()
    {
        (int code, _, string error) = CompareTool.Run("nowhere", "-o", "x");
        Assert.That((code, error),
            Is.EqualTo((3, "error: nowhere: expected a folder with one sub-folder per class, or a CSV file; found nothing there.\n")));
    }

    [TestCase("")]
    [TestCase("comparison")]
    [TestCase("melanoma/comparison")]
    public void A_folder_of_the_data_is_no_place_for_the_results(string inside)
    {
        using TemporaryFolder folder = new();
        string data = folder.File("photos"), output = Path.Combine(data, inside);
        Directory.CreateDirectory(Path.Combine(data, "melanoma"));
        (int code, _, string error) = CompareTool.Run(data, "-o", output, "--folds", "3", "--test", "0.3");
        Assert.That((code, error), Is.EqualTo((2, "error: --test: expected without --folds, where every image is measured once. Leave one of them out.\n"
            + $"error: --output (-o): expected a folder outside the data, received {output}, which is inside {data}, where it would become a class. "
            + "Name another folder.\nSee: skinclassifier-compare --help\n")));
        Assert.That(Directory.EnumerateFileSystemEntries(data).Select(Path.GetFileName), Is.EqualTo(new[] { "melanoma" }));
    }

    [Test]
    public void A_link_to_the_data_is_the_data()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("photos"));
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("photos"));
        (int code, _, string error) = CompareTool.Run(folder.File("photos"), "-o", Path.Combine(folder.File("link"), "new"));
        Assert.That(code, Is.EqualTo(2));
        Assert.That(error, Does.StartWith("error: --output (-o): expected a folder outside the data"));
    }

    [Test]
    public void Help_names_every_row_and_ends_with_examples_that_parse()
    {
        (int code, string output, _) = CompareTool.Run("--help");
        Assert.That(code, Is.Zero);
        Assert.That(output, Does.Contain("fast-forest").And.Contain("Examples:\n  skinclassifier-compare photos -o comparison\n"));
        CompareCommand command = new();
        foreach (string example in CompareCommand.Examples)
        {
            List<string> errors = [];
            Assert.That(command.Read(command.Root.Parse(example.Split(' ')[1..]), errors), Is.Not.Null, string.Join('\n', errors));
        }
    }

    [Test]
    public void A_word_stands_for_a_row_a_kind_of_features_or_a_learner()
    {
        List<string> errors = [];
        Assert.That(MethodCatalog.Choose(["majority", "skin", "features+svm"], ["lightgbm"], errors).Select(m => m.Name),
            Is.EqualTo(new[] { "majority", "skin+lbfgs", "skin+fast-forest", "skin+svm", "skin+sdca", "features+svm" }));
        Assert.That(MethodCatalog.Choose([], [], errors), Is.EqualTo(MethodCatalog.All));
        Assert.That(errors, Is.Empty);
    }

    [Test]
    public void The_console_host_says_how_to_get_the_tool([Values("compare", "compare photos -o out --folds 5")] string line)
    {
        (int code, string output, string error) = Cli.Run(line.Split(' '));
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.Contain("dotnet tool install --global SkinClassifier.Compare\n").And.Contain("skinclassifier-compare <data> -o <folder>"));
    }
}
