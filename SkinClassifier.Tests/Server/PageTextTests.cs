using System.Text.RegularExpressions;
using SkinClassifier.Server.Pages;

namespace SkinClassifier.Tests.Server;

public sealed partial class PageTextTests
{
    [Test]
    public void Every_language_has_every_sentence_with_the_same_places()
    {
        Assert.That(PageText.All.Select(t => t.Code), Is.EqualTo(new[] { "en", "de" }));
        foreach (PageText text in PageText.All)
        {
            Assert.That(text.Keys, Is.EquivalentTo(PageText.All[0].Keys), text.Code);
            foreach (string key in text.Keys)
            {
                Assert.That(text[key], Is.Not.Empty, key);
                Assert.That(Places(text[key]), Is.EqualTo(Places(PageText.All[0][key])), $"{text.Code}: {key}");
            }
        }

        static IEnumerable<string> Places(string sentence) => Place().Matches(sentence).Select(m => m.Value).Order();
    }

    [Test]
    public void Every_sentence_that_a_view_or_script_names_is_there_and_none_is_left_over()
    {
        string pages = Path.Combine(SharedFiles.Repository, "SkinClassifier.Server", "Pages");
        string sources =
            string.Concat(Directory.EnumerateFiles(pages, "*.*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is ".razor" or ".cs" or ".js")
            .Select(File.ReadAllText));
        Assert.That(PageText.All[0].Keys.Where(k => !sources.Contains($"\"{k}\"") && !sources.Contains($"texts.{k}") && !sources.Contains($"'{k}'")), Is.Empty);
        Assert.That(Named().Matches(sources).Select(m => m.Groups[1].Value).Except(PageText.All[0].Keys), Is.Empty);
    }

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"(?:Text\[""|(?<!_)texts\.|Format\("")(\w+)")]
    private static partial Regex Named();
}
