using System.Globalization;
using System.Text;

namespace SkinClassifier.Imaging;

/// <summary>
/// Letters drawn into images: 5 pixels wide, 7 high, one more row below for g, p, q and y. It has the printable characters of ASCII; letters with accents
/// lose them, a few others have a spelling (æ → ae), and everything else is a box.
/// </summary>
internal static class PixelFont
{
    /// <summary>Pixels from the top of a letter to its base line, at scale 1.</summary>
    public const int Height = 7;

    /// <summary>Pixels from the left side of a letter to that of the next one, at scale 1.</summary>
    public const int Advance = 6;

    private const int Width = 5, Rows = 8, PerBlock = 16, First = ' ';

    // Blocks of 16 characters from the blank on, eight rows each; the last one is the box.
    private const string Art = """
        ..... ..#.. .#.#. .#.#. ..#.. ##..# .##.. ..#.. ...#. .#... ..... ..... ..... ..... ..... ....#
        ..... ..#.. .#.#. .#.#. .#### ##..# #..#. ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..... ..... ...#.
        ..... ..#.. .#.#. ##### #.#.. ...#. #.#.. ..#.. .#... ...#. #.#.# ..#.. ..... ..... ..... ...#.
        ..... ..#.. ..... .#.#. .###. ..#.. .#... ..... .#... ...#. .###. ##### ..... ####. ..... ..#..
        ..... ..#.. ..... ##### ..#.# .#... #.#.# ..... .#... ...#. #.#.# ..#.. ..... ..... ..... .#...
        ..... ..... ..... .#.#. ####. #..## #..#. ..... ..#.. ..#.. ..#.. ..#.. ..#.. ..... ..... .#...
        ..... ..#.. ..... .#.#. ..#.. #..## .##.# ..... ...#. .#... ..... ..... ..#.. ..... ..#.. #....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... .....
        .###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###. ..... ..... ...#. ..... #.... .###.
        #...# .##.. #...# ...#. ..##. #.... .#... ....# #...# #...# ..... ..... ..#.. ..... .#... #...#
        #..## #.#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...# ..... ..... .#... ##### ..#.. ....#
        #.#.# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .#### ..#.. ..#.. #.... ..... ...#. ...#.
        ##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....# ..... ..... .#... ##### ..#.. ..#..
        #...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#. ..... ..#.. ..#.. ..... .#... .....
        .###. ##### ##### .###. ...#. .###. .###. .#... .###. .##.. ..#.. ..#.. ...#. ..... #.... ..#..
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .#... ..... ..... ..... .....
        .###. .###. ####. .###. ####. ##### ##### .###. #...# .###. ..### #...# #.... #...# #...# .###.
        #...# #...# #...# #...# #...# #.... #.... #...# #...# ..#.. ...#. #..#. #.... ##.## ##..# #...#
        #.### #...# #...# #.... #...# #.... #.... #.... #...# ..#.. ...#. #.#.. #.... #.#.# #.#.# #...#
        #.#.# ##### ####. #.... #...# ####. ####. #.### ##### ..#.. ...#. ##... #.... #.#.# #..## #...#
        #.### #...# #...# #.... #...# #.... #.... #...# #...# ..#.. ...#. #.#.. #.... #...# #...# #...#
        #.... #...# #...# #...# #...# #.... #.... #...# #...# ..#.. #..#. #..#. #.... #...# #...# #...#
        .#### #...# ####. .###. ####. ##### #.... .###. #...# .###. .##.. #...# ##### #...# #...# .###.
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... .....
        ####. .###. ####. .#### ##### #...# #...# #...# #...# #...# ##### .###. #.... .###. ..#.. .....
        #...# #...# #...# #.... ..#.. #...# #...# #...# #...# #...# ....# .#... .#... ...#. .#.#. .....
        #...# #...# #...# #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. .#... .#... ...#. #...# .....
        ####. #...# ####. .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. .#... ..#.. ...#. ..... .....
        #.... #.#.# #.#.. ....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#... .#... ...#. ...#. ..... .....
        #.... #..#. #..#. ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .#... ...#. ...#. ..... .....
        #.... .##.# #...# ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .###. ....# .###. ..... .....
        ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... ..... #####
        .#... ..... #.... ..... ....# ..... ..##. ..... #.... ..#.. ...#. #.... .##.. ..... ..... .....
        ..#.. ..... #.... ..... ....# ..... .#... ..... #.... ..... ..... #.... ..#.. ..... ..... .....
        ..... .###. ####. .#### .#### .###. ####. .#### ####. .##.. ..##. #..#. ..#.. ##.#. ####. .###.
        ..... ....# #...# #.... #...# #...# .#... #...# #...# ..#.. ...#. #.#.. ..#.. #.#.# #...# #...#
        ..... .#### #...# #.... #...# ##### .#... #...# #...# ..#.. ...#. ##... ..#.. #.#.# #...# #...#
        ..... #...# #...# #.... #...# #.... .#... .#### #...# ..#.. ...#. #.#.. ..#.. #.#.# #...# #...#
        ..... .#### ####. .#### .#### .###. .#... ....# #...# .###. #..#. #..#. .###. #.#.# #...# .###.
        ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... .##.. ..... ..... ..... ..... .....
        ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ...#. ..#.. .#... ..... #####
        ..... ..... ..... ..... .#... ..... ..... ..... ..... ..... ..... ..#.. ..#.. ..#.. ..... #...#
        ####. .#### #.##. .#### ####. #...# #...# #...# #...# #...# ##### ..#.. ..#.. ..#.. .#... #...#
        #...# #...# ##... #.... .#... #...# #...# #.#.# .#.#. #...# ...#. .#... ..#.. ...#. #.#.# #...#
        #...# #...# #.... .###. .#... #...# #...# #.#.# ..#.. #...# ..#.. ..#.. ..#.. ..#.. ...#. #...#
        ####. .#### #.... ....# .#... #...# .#.#. #.#.# .#.#. .#### .#... ..#.. ..#.. ..#.. ..... #...#
        #.... ....# #.... ####. ..##. .#### ..#.. .#.#. #...# ....# ##### ...#. ..#.. .#... ..... #####
        #.... ....# ..... ..... ..... ..... ..... ..... ..... .###. ..... ..... ..#.. ..... ..... .....
        """;

    // Letters of Latin-1 and Latin Extended-A, and what they are without their accents. (Unicode's own tables are not there in every program.)
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöùúûüýÿĀāĂăĄąĆćĈĉĊċČčĎďĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĨĩĪīĬĭĮįİĴĵ"
        + "ĶķĹĺĻļĽľŃńŅņŇňŌōŎŏŐőŔŕŖŗŘřŚśŜŝŞşŠšŢţŤťŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżŽž";

    private const string Bare = "AAAAAACEEEEIIIINOOOOOUUUUYaaaaaaceeeeiiiinooooouuuuyyAaAaAaCcCcCcCcDdEeEeEeEeEeGgGgGgGgHhIiIiIiIiIJj"
        + "KkLlLlLlNnNnNnOoOoOoRrRrRrSsSsSsSsTtTtUuUuUuUuUuUuWwYyYZzZzZz";

    private static readonly byte[] Glyphs = Read(Art);

    /// <summary>Pixels that a text takes from left to right at scale 1, without the gap after its last letter.</summary>
    public static int WidthOf(string text) => Math.Max(0, Spell(text).Length * Advance - 1);

    /// <summary>The text in the characters that the font has; U+007F stands for the box.</summary>
    public static string Spell(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            if (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
                result.Append(Spelling(rune));
        return result.ToString();
    }

    /// <summary>Writes a text; what does not fit into the image is cut off.</summary>
    /// <param name="image">The image.</param>
    /// <param name="left">Column of the first letter's left side.</param>
    /// <param name="top">Row of the letters' upper side.</param>
    /// <param name="text">The text.</param>
    /// <param name="scale">How many pixels wide and high a dot is, at least 1.</param>
    /// <param name="color">Its color.</param>
    public static void Write(RgbImage image, int left, int top, string text, int scale, (byte R, byte G, byte B) color)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        foreach (char character in Spell(text))
        {
            ReadOnlySpan<byte> glyph = Glyphs.AsSpan((character - First) * Rows, Rows);
            for (int y = Math.Max(0, top); y < Math.Min(image.Height, top + Rows * scale); y++)
                for (int x = Math.Max(0, left); x < Math.Min(image.Width, left + Width * scale); x++)
                    if (((glyph[(y - top) / scale] >> (Width - 1 - (x - left) / scale)) & 1) != 0)
                        (image.Row(y)[3 * x], image.Row(y)[3 * x + 1], image.Row(y)[3 * x + 2]) = color;
            left += Advance * scale;
        }
    }

    private static string Spelling(Rune rune) => rune.Value switch
    {
        >= ' ' and < 0x7F => rune.ToString(),
        '\t' or '\n' or 0xA0 or 0x202F => " ",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        'ø' => "o",
        'Ø' => "O",
        'ß' => "ss",
        'ł' => "l",
        'Ł' => "L",
        'đ' => "d",
        'Đ' => "D",
        'ı' => "i",
        '‘' or '’' => "'",
        '“' or '”' or '„' => "\"",
        '–' or '—' or '−' or '‐' => "-",
        '…' => "...",
        '×' => "x",
        _ => rune.IsBmp && Accented.IndexOf((char)rune.Value) is >= 0 and var at ? Bare[at].ToString() : "\u007f",
    };

    /// <summary>The letters as one byte a row, bit 4 is the left pixel.</summary>
    private static byte[] Read(string art)
    {
        string[] lines = art.ReplaceLineEndings("\n").Split('\n');
        byte[] glyphs = new byte[lines.Length / Rows * PerBlock * Rows];
        for (int i = 0; i < glyphs.Length; i++)
        {
            int character = i / Rows, column = character % PerBlock * (Width + 1);
            foreach (char dot in lines[character / PerBlock * Rows + i % Rows].AsSpan(column, Width))
                glyphs[i] = (byte)((glyphs[i] << 1) | (dot == '#' ? 1 : 0));
        }
        return glyphs;
    }
}
