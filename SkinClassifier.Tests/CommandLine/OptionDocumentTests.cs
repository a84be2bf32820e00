using System.Text;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>
/// The option tables of docs/cli.md are made from the tables of options. To write them after a change:
/// SKINCLASSIFIER_WRITE_DOCS=1 dotnet test -c Release --filter OptionDocument
/// </summary>
public sealed class OptionDocumentTests
{
    private const string Begin = "<!-- options of train: written by OptionDocumentTests -->\n", End = "<!-- end of the options of train -->";

    [Test]
    public void The_options_of_train_in_docs_cli_are_those_of_the_table()
    {
        string path = Path.Combine(SharedFiles.Repository, "docs", "cli.md"), document = File.ReadAllText(path).ReplaceLineEndings("\n");
        int from = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = document.IndexOf(End, StringComparison.Ordinal);
        Assert.That((from >= Begin.Length, to >= from), Is.EqualTo((true, true)), "docs/cli.md has no place for the options");
        string expected = Tables();
        if (Environment.GetEnvironmentVariable("SKINCLASSIFIER_WRITE_DOCS") == "1")
            File.WriteAllText(path, document = document[..from] + expected + document[to..]);
        to = document.IndexOf(End, StringComparison.Ordinal);
        Assert.That(document[from..to].Split('\n'), Is.EqualTo(expected.Split('\n')),
            "docs/cli.md differs from the table of options; set SKINCLASSIFIER_WRITE_DOCS=1 and run this test to write it");
    }

    [Test]
    public void Documents_name_no_old_option()
    {
        string[] old = [.. RunOptionTable.All.SelectMany(l => l.OldNames).Select(n => $"--{n}"), .. RunOptionTable.All.SelectMany(l => l.Form.OldWords.Keys)];
        Assert.That(old, Has.Length.EqualTo(7));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(SharedFiles.Repository, "docs"), "*.md")
            .Append(Path.Combine(SharedFiles.Repository, "README.md")))
            foreach (string line in File.ReadLines(file)
                .Where(l => !l.StartsWith("Old names", StringComparison.Ordinal) && !l.Contains("SkinClassifier.Benchmarks", StringComparison.Ordinal)))
                foreach (string name in old)
                    Assert.That(line.Split([' ', '`', '|', ',', ')', ']', ';', '.', '(']), Does.Not.Contain(name), file);
    }

    private static string Tables()
    {
        StringBuilder text = new();
        foreach (string group in TrainerOptionTable.Groups)
        {
            text.Append($"\n**{group}**\n\n| option | default | meaning |\n|---|---|---|\n");
            foreach (OptionLine line in RunOptionTable.All.Where(l => l.Group == group))
                text.Append($"| `{line.Flag}{(line.Form.Placeholder.Length > 0 ? " " + line.Form.Placeholder.Replace("|", "\\|") : "")}` | "
                    + $"{Default(line)} | {line.Description} |\n");
        }
        return text.Append('\n').ToString();
    }

    private static string Default(OptionLine line) => line.DefaultText ?? (line.Default is null or false ? "–" : line.Form.Write(line.Default));
}
