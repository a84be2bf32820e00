using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Every path of this repository that a document names is there.</summary>
public sealed partial class DocumentPathTests
{
    private static readonly string[] TopFolders = ["assets", "docs", "deploy", "samples", ".ci", ".github"];

    private static string Root => SharedFiles.Repository;

    private static IEnumerable<string> Documents => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Concat(Directory.EnumerateFiles(Root, "*.md")).Append(Path.Combine(Root, "samples", "README.md"))
        .Where(file => Path.GetFileName(file) != "CHANGELOG.md");

    [Test]
    public void Paths_that_documents_name_exist()
    {
        List<string> missing = [];
        int checkedPaths = 0;
        foreach (string document in Documents)
            foreach (string path in Paths(File.ReadAllText(document)))
            {
                checkedPaths++;
                if (!Exists(path))
                    missing.Add($"{Path.GetRelativePath(Root, document)}: {path}");
            }
        Assert.That(missing, Is.Empty);
        Assert.That(checkedPaths, Is.GreaterThan(60));
    }

    [Test]
    public void Architecture_answers_at_least_twenty_questions_with_a_path()
    {
        string text = File.ReadAllText(Path.Combine(Root, "docs", "architecture.md"));
        string table = text[text.IndexOf("## Where do I change", StringComparison.Ordinal)..];
        string[] rows = [.. table.Split('\n').Where(line => Regex.IsMatch(line, @"^\| \d+ \|"))];
        Assert.That(rows, Has.Length.GreaterThanOrEqualTo(20));
        Assert.That(rows.Where(row => !Paths(row).Any()), Is.Empty);
    }

    [TestCase("see `docs/nowhere.md` and `Metrics/`", "docs/nowhere.md", false)]
    [TestCase("see `Metrics/LogLoss.cs`", "Metrics/LogLoss.cs", true)]
    [TestCase("run/model.zip is `run/model.zip`, a type is `image/png`", null, false)]
    public void What_is_taken_for_a_path_of_the_repository(string text, string? path, bool exists)
    {
        Assert.That(Paths(text).FirstOrDefault(), Is.EqualTo(path));
        Assert.That(path is not null && Exists(path), Is.EqualTo(exists));
    }

    /// <summary>Paths between backticks whose first part is a folder at the top of the repository, a project or a folder of a project.</summary>
    private static IEnumerable<string> Paths(string text) =>
        Quoted().Matches(text).Select(match => match.Groups[1].Value).Where(path => Starts(path.Split('/')[0]));

    private static bool Starts(string first) => TopFolders.Contains(first) || first.StartsWith("SkinClassifier.", StringComparison.Ordinal)
        || (char.IsUpper(first[0]) && Projects.Any(project => Directory.Exists(Path.Combine(project, first))));

    private static bool Exists(string path) => Projects.Prepend(Root).Any(folder => Path.Exists(Path.Combine(folder, path)));

    private static string[] Projects => [.. Directory.EnumerateDirectories(Root, "SkinClassifier.*")];

    [GeneratedRegex(@"`([\w.-]+(?:/[\w.-]+)*/[\w.-]*)`")]
    private static partial Regex Quoted();
}
