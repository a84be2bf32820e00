namespace SkinClassifier.Tests.House;

/// <summary>The repository's files keep the rules of <see cref="SourceRules"/>, and each rule finds a file that does not.</summary>
public sealed class SourceRulesTests
{
    [Test]
    public void No_hand_written_file_is_longer_than_500_lines() => Assert.That(SourceRules.LongFiles(SourceFiles.All), Is.Empty);

    [Test]
    public void A_long_file_is_found_unless_it_is_generated()
    {
        string lines = string.Concat(Enumerable.Repeat("x\n", SourceRules.MaxLines)), tooMany = lines + "x\n";
        Assert.That(SourceRules.LongFiles([new("A.cs", lines), new("B.cs", tooMany), new("C.g.cs", tooMany)]), Is.EqualTo(new[] { "B.cs: 501 lines" }));
    }

    [Test]
    public void No_type_has_a_name_that_says_nothing() => Assert.That(SourceRules.EmptyNames(SourceFiles.All), Is.Empty);

    [Test]
    public void A_name_that_says_nothing_is_found()
        => Assert.That(
            SourceRules.EmptyNames([new("A.cs", "internal static class Image" + "Helper\n{\n}\n"), new("B.cs", "class Base64;")]).Count(), Is.EqualTo(1));

    [Test]
    public void Nothing_is_left_unfinished() => Assert.That(SourceRules.Unfinished(SourceFiles.All), Is.Empty);

    [TestCase("// TO" + "DO: later")]
    [TestCase("throw new NotImplemented" + "Exception();")]
    [TestCase("[Ig" + "nore(\"later\")]")]
    [TestCase("Assert.Pa" + "ss();")]
    public void What_is_left_unfinished_is_found(string line) => Assert.That(SourceRules.Unfinished([new("A.cs", line)]).Count(), Is.EqualTo(1));

    [Test]
    public void Common_stays_small()
        => Assert.That(SourceFiles.All.Where(f => f.Path.StartsWith("SkinClassifier.Engine/Common/", StringComparison.Ordinal)).Count(), Is.InRange(1, 8));

    [Test]
    public void Package_versions_stand_in_one_place()
    {
        string[] files = [.. SourceFiles.ProjectFiles()];
        Assert.That(files, Has.Length.GreaterThan(5));
        Assert.That(files.SelectMany(f => SourceRules.OwnVersions(f, File.ReadAllText(f))), Is.Empty);
    }

    [Test]
    public void A_version_in_a_project_is_found()
        => Assert.That(SourceRules.OwnVersions("a.csproj", "<PackageReference Include=\"NUnit\" Version=\"4.0.0\" />").Count(), Is.EqualTo(1));

    [Test]
    public void Directory_build_props_stays_under_40_lines()
        => Assert.That(File.ReadLines(Path.Combine(SharedFiles.Repository, "Directory.Build.props")).Count(), Is.InRange(1, 39));
}
