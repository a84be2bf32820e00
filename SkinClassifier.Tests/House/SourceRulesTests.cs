using System.Text.RegularExpressions;

namespace SkinClassifier.Tests.House;

/// <summary>Rules that every hand-written source file keeps.</summary>
public sealed class SourceRulesTests
{
    [Test]
    public void No_hand_written_file_is_longer_than_500_lines()
    {
        string[] tooLong = [.. SourceFiles.All().Where(f => !f.EndsWith(".g.cs", StringComparison.Ordinal)).Where(f => File.ReadLines(f).Count() > 500)];
        Assert.That(tooLong, Is.Empty);
    }

    [Test]
    public void No_type_has_a_name_that_says_nothing()
    {
        Regex forbidden = new(@"\b(class|struct|record|interface)\s+\w*(Helper|Helpers|Utils|Utility|Manager|Impl|Base)\b");
        string[] found = [.. SourceFiles.All().SelectMany(f => forbidden.Matches(File.ReadAllText(f)).Select(m => $"{f}: {m.Value}"))];
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Nothing_is_left_unfinished()
    {
        Regex unfinished = new(@"NotImplemented" + @"Exception|\bTODO\b|\bFIXME\b|\bHACK\b|\[Ignore|Assert\.Pass\(|Assert\.Inconclusive\(");
        string[] found = [.. SourceFiles.All().Where(f => !f.EndsWith("SourceRulesTests.cs", StringComparison.Ordinal)).SelectMany(f => unfinished.Matches(File.ReadAllText(f)).Select(m => $"{f}: {m.Value}"))];
        Assert.That(found, Is.Empty);
    }

    [Test]
    public void Common_stays_small()
        => Assert.That(Directory.GetFiles(Path.Combine(SharedFiles.Repository, "SkinClassifier.Engine", "Common"), "*.cs"), Has.Length.LessThanOrEqualTo(8));

    [Test]
    public void Package_versions_stand_in_one_place()
    {
        foreach (string project in Directory.EnumerateFiles(SharedFiles.Repository, "*.csproj", SearchOption.AllDirectories).Where(p => !p.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}")))
            Assert.That(Regex.Matches(File.ReadAllText(project), @"<PackageReference[^>]*\sVersion="), Is.Empty, project);
    }

    [Test]
    public void Directory_build_props_stays_under_40_lines()
        => Assert.That(File.ReadLines(Path.Combine(SharedFiles.Repository, "Directory.Build.props")).Count(), Is.LessThan(40));
}
