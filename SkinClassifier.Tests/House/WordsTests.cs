namespace SkinClassifier.Tests.House;

/// <summary>Sources, documents and templates use the field's words, not those that were used before.</summary>
public sealed class WordsTests
{
    // The rule and its proof name the words, and so does the decision that lists them.
    private static readonly string[] _exceptions =
        ["SkinClassifier.Tests/House/WordRules.cs", "SkinClassifier.Tests/House/WordsTests.cs", "docs/decisions/0005-the-words-of-the-field.md"];

    [Test]
    public void No_source_and_no_document_has_an_old_word()
    {
        string root = SharedFiles.Repository;
        IEnumerable<string> documents = SourceFiles.Below(Path.Combine(root, "docs"), "*.md").Append(Path.Combine(root, "README.md"));
        IEnumerable<string> templates = SourceFiles.Below(Path.Combine(root, "SkinClassifier.Training", "Templates"), "*");
        SourceFile[] files = [.. SourceFiles.All.Where(f => !f.IsGenerated), .. documents.Concat(templates).Select(SourceFiles.Read)];
        files = [.. files.Where(f => !_exceptions.Contains(f.Path)).DistinctBy(f => f.Path)];
        Assert.That(files, Has.Length.GreaterThan(500));
        Assert.That(files.SelectMany(f => WordRules.OldWords(f.Path, f.Lines)), Is.Empty);
    }

    [TestCase("/// <summary>The picture's name.</summary>", "picture")]
    [TestCase("throw new InvalidOperationException(\"Nobody asks\");", "Nobody")]
    [TestCase("Shades-of-grey is applied.", "Shades-of-grey")]
    [TestCase("The network has learnt it.", "learnt")]
    [TestCase("Watch `calibratedLoss`.", "calibratedLoss")]
    [TestCase("CourseSettings settings = new();", "CourseSettings")]
    public void An_old_word_is_found(string line, string word) =>
        Assert.That(WordRules.OldWords("A.cs", ["an image", line]), Is.EqualTo(new[] { $"A.cs:2: {word}" }));

    [TestCase("OldNames = [\"early-stopping-fewest\"],")]
    [TestCase("File.WriteAllText(path, \"{\\\"earlyStoppingMetric\\\": \\\"calibratedLoss\\\"}\");")]
    [TestCase("Old names (`--recompute`, `--color-constancy shades-of-grey`) still work.")]
    [TestCase("The default is a pictured label.")]
    public void Old_names_of_options_and_parts_of_words_are_allowed(string line) => Assert.That(WordRules.OldWords("A.cs", [line]), Is.Empty);
}
