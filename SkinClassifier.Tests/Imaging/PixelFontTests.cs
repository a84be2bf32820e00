using SkinClassifier.Imaging;

namespace SkinClassifier.Tests.Imaging;

public sealed class PixelFontTests
{
    [Test]
    public void Letters_are_drawn_dot_by_dot()
    {
        RgbImage image = new(11, 8);
        PixelFont.Write(image, 0, 0, "4p", 1, (255, 255, 255));
        Assert.That(Dots(image), Is.EqualTo(new[]
        {
            "...#.......",
            "..##.......",
            ".#.#..####.",
            "#..#..#...#",
            "#####.#...#",
            "...#..####.",
            "...#..#....",
            "......#....",
        }));
    }

    [Test]
    public void A_larger_scale_makes_larger_dots()
    {
        RgbImage small = new(12, 8), large = new(36, 24);
        PixelFont.Write(small, 0, 0, "@%", 1, (9, 8, 7));
        PixelFont.Write(large, 0, 0, "@%", 3, (9, 8, 7));
        Assert.That(large.Pixels.ToArray(), Is.EqualTo(small.Resize(36, 24, ResizeFilter.Nearest).Pixels.ToArray()));
    }

    [Test]
    public void All_printable_characters_are_different()
    {
        string[] seen = [.. Enumerable.Range(' ', 96).Select(c =>
        {
            RgbImage image = new(5, 8);
            PixelFont.Write(image, 0, 0, ((char)c).ToString(), 1, (255, 255, 255));
            return string.Concat(Dots(image));
        })];
        Assert.That(seen, Is.Unique);
        Assert.That(seen.Skip(1), Has.All.Contains('#'));
    }

    [TestCase("nævus Ångström", "naevus Angstrom")]
    [TestCase("e\u0301 Žižek İ", "e Zizek I")]
    [TestCase("größer — “ja”…", "grosser - \"ja\"...")]
    [TestCase("мела 50 %", "\u007f\u007f\u007f\u007f 50 %")]
    [TestCase("黒子😀x", "\u007f\u007f\u007fx")]
    public void Other_letters_are_spelled_or_become_boxes(string text, string expected)
    {
        Assert.That(PixelFont.Spell(text), Is.EqualTo(expected));
        Assert.That(PixelFont.WidthOf(text), Is.EqualTo(expected.Length * 6 - 1));
    }

    [Test]
    public void What_does_not_fit_is_cut_off()
    {
        RgbImage image = new(8, 5);
        PixelFont.Write(image, -3, -2, "HHH", 1, (255, 255, 255));
        Assert.That(Dots(image)[1], Is.EqualTo("##.#####"));
    }

    private static string[] Dots(RgbImage image) =>
        [.. Enumerable.Range(0, image.Height).Select(y => string.Concat(Enumerable.Range(0, image.Width).Select(x => image.Row(y)[3 * x] > 0 ? '#' : '.')))];
}
