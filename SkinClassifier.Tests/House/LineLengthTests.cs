namespace SkinClassifier.Tests.House;

/// <summary>No hand-written line is longer than 160 characters.</summary>
public sealed class LineLengthTests
{
    [Test]
    public void No_hand_written_line_is_longer_than_160_characters() => Assert.That(SourceRules.LongLines(SourceFiles.All), Is.Empty);

    [Test]
    public void A_long_line_is_found_unless_it_is_generated()
    {
        string text = "short\n" + new string('x', SourceRules.MaxWidth) + "\n" + new string('x', SourceRules.MaxWidth + 1) + "\n";
        Assert.That(SourceRules.LongLines([new("A.cs", text), new("B.g.cs", text)]), Is.EqualTo(new[] { "A.cs:3: 161 characters" }));
    }
}
