using System.Text;
using System.Text.Json;
using SkinClassifier.Tests.Models;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Tests.CommandLine;

[NonParallelizable]
public sealed class CleanTextTests
{
    [TestCase("plain ä 中 😀", "plain ä 中 😀")]
    [TestCase("red\u001b[31m", "red\\u001b[31m")]
    [TestCase("bell\a delete\u007f csi\u009b", "bell\\u0007 delete\\u007f csi\\u009b")]
    [TestCase("a\nb\tc\rd", "a\\u000ab\\u0009c\\u000dd")]
    [TestCase("exe\u202egnp.", "exe\\u202egnp.")]
    public void One_line_shows_every_control_character(string text, string expected) => Assert.That(CleanText.OneLine(text), Is.EqualTo(expected));

    [TestCase("a\r\nb\nc\td", "a\r\nb\nc\td")]
    [TestCase("secret\roverwritten", "secret\\u000doverwritten")]
    [TestCase("end\r", "end\\u000d")]
    [TestCase("a\u001b]0;title\u0007\nb", "a\\u001b]0;title\\u0007\nb")]
    public void Many_lines_keep_line_ends_and_tabs_only(string text, string expected) => Assert.That(CleanText.ManyLines(text), Is.EqualTo(expected));

    [Test]
    [Platform(Exclude = "Win")]
    public void Paths_and_class_names_reach_no_output_with_control_characters([Values("table", "json", "jsonl")] string format)
    {
        using TemporaryFolder folder = new();
        string model = folder.File("model.zip"), image = folder.File("a\u001b[31m\nb.png");
        SmallModels.Create(["red\u001b[2J", "green\u0007", "blue"]).Save(model);
        SmallModels.Plain(220, 10, 10).Save(image);
        (int code, string output, string error) = Cli.Run("predict", model, image, folder.File("none\u001b.png"), "--format", format);
        Assert.That(code, Is.EqualTo(3));
        Assert.That((output + error).Where(c => char.IsControl(c) && c != '\n'), Is.Empty);
        if (format == "table")
            Assert.That(output.Split('\n')[0], Does.Contain("a\\u001b[31m\\u000ab.png   red\\u001b[2J 0."));
        else if (format == "json")
            Assert.That(JsonDocument.Parse(output).RootElement[0].GetProperty("predicted").GetString(), Is.EqualTo("red\u001b[2J"));
        foreach (string[] arguments in new[] { new[] { "inspect", model }, ["predict", folder.File("\u001bno.zip"), image], ["no\u001bverb"],
            ["train", folder.File("\u001bdata"), "-o", "x"] })
        {
            (_, output, error) = Cli.Run(arguments);
            Assert.That((output + error).Where(c => char.IsControl(c) && c is not ('\n' or '\t')), Is.Empty, string.Join(' ', arguments));
        }
    }

    [Test]
    public void A_table_for_programs_keeps_its_fields_where_it_is_redirected()
    {
        if (!Console.IsOutputRedirected)
            Assert.Ignore("The tests write to a terminal.");
        using TemporaryFolder folder = new();
        SmallModels.Create(["red", "green\u0007", "blue"]).Save(folder.File("model.zip"));
        SmallModels.Plain(220, 10, 10).Save(folder.File("a.png"));
        Assert.That(Cli.Run("predict", folder.File("model.zip"), folder.File("a.png"), "--format", "csv").Output,
            Does.StartWith("path,predicted,error,red,green\u0007,blue,decision,predictionSet,reasons,familiarity\n"));
    }

    [Test]
    public void The_console_is_as_before_when_the_command_line_has_ended()
    {
        TextWriter output = Console.Out, error = Console.Error;
        using StringWriter text = new() { NewLine = "\n" };
        Console.SetOut(text);
        TextWriter before = Console.Out;
        using (CleanConsole? clean = CleanConsole.Install())
        {
            Assert.That(CleanConsole.Install(), Is.Null);
            Console.Out.Write(new StringBuilder("a\u001b"));
            Console.Out.Write('\u009b');
            Console.Out.Write(['\a', 'b'], 0, 2);
            Console.Out.WriteLine("{0}\a", 1);
            Console.Out.WriteLine();
        }
        Assert.That(Console.Out, Is.SameAs(before));
        Console.SetOut(output);
        Console.SetError(error);
        Assert.That(text.ToString(), Is.EqualTo("a\\u001b\\u009b\\u0007b1\\u0007\n\n"));
    }
}
