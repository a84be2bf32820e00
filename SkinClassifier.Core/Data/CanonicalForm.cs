using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace SkinClassifier.Data;

/// <summary>
/// Unicode's normalization form C (UAX #15): the one spelling of text that looks the same, for example "ä" as one code point, which macOS writes as two.
/// .NET leaves text as it is where globalization is invariant, so the tables are our own. Text that is no valid UTF-16 stays as it is.
/// </summary>
internal static class CanonicalForm
{
    private const int HangulFirst = 0xAC00, LeadFirst = 0x1100, VowelFirst = 0x1161, TailFirst = 0x11A7, Leads = 19, Vowels = 21, Tails = 28;
    private static readonly Lazy<Tables> _tables = new(Tables.Read);

    /// <summary>The form C of <paramref name="text"/>; the same object when it has that form already.</summary>
    public static string Of(string text)
    {
        // Every text of code points below U+0300 has form C.
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02FF') || !IsValid(text))
            return text;
        List<int> points = [];
        foreach (Rune rune in text.EnumerateRunes())
            Decompose(rune.Value, points);
        Order(points);
        Compose(points);
        StringBuilder composed = new(text.Length);
        foreach (int point in points)
            composed.Append(char.ConvertFromUtf32(point));
        string result = composed.ToString();
        return result == text ? text : result;
    }

    private static bool IsValid(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && (!char.IsHighSurrogate(text[i]) || ++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        return true;
    }

    private static void Decompose(int point, List<int> points)
    {
        int syllable = point - HangulFirst;
        if (syllable is >= 0 and < Leads * Vowels * Tails)
        {
            points.Add(LeadFirst + syllable / (Vowels * Tails));
            points.Add(VowelFirst + syllable / Tails % Vowels);
            if (syllable % Tails > 0)
                points.Add(TailFirst + syllable % Tails);
        }
        else if (_tables.Value.Splits.TryGetValue(point, out int[]? splits))
            foreach (int split in splits)
                Decompose(split, points);
        else
            points.Add(point);
    }

    /// <summary>Sorts the marks behind every letter by their combining classes; marks of one class keep their order.</summary>
    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int point = points[i], mark = ClassOf(point), to = i;
            for (; mark > 0 && to > 0 && ClassOf(points[to - 1]) > mark; to--)
                points[to] = points[to - 1];
            points[to] = point;
        }
    }

    private static void Compose(List<int> points)
    {
        int starter = -1, kept = 0, last = 0;
        foreach (int point in points.ToArray())
        {
            int mark = ClassOf(point);
            // A mark is free when none of its class or above stands between it and the letter.
            bool free = starter >= 0 && (kept == starter + 1 || last < mark && last != 0);
            if (free && Pair(points[starter], point) is { } composed)
            {
                points[starter] = composed;
                continue;
            }
            if (mark == 0)
                starter = kept;
            last = mark;
            points[kept++] = point;
        }
        points.RemoveRange(kept, points.Count - kept);
    }

    private static int? Pair(int first, int second)
    {
        int lead = first - LeadFirst, vowel = second - VowelFirst, syllable = first - HangulFirst, tail = second - TailFirst;
        if (lead is >= 0 and < Leads && vowel is >= 0 and < Vowels)
            return HangulFirst + (lead * Vowels + vowel) * Tails;
        if (syllable is >= 0 and < Leads * Vowels * Tails && syllable % Tails == 0 && tail is > 0 and < Tails)
            return first + tail;
        return _tables.Value.Whole.TryGetValue((first, second), out int composed) ? composed : null;
    }

    private static int ClassOf(int point) => _tables.Value.Classes.GetValueOrDefault(point);

    private sealed record Tables(FrozenDictionary<int, int[]> Splits, FrozenDictionary<(int, int), int> Whole, FrozenDictionary<int, int> Classes)
    {
        public static Tables Read()
        {
            Dictionary<int, int[]> splits = [];
            Dictionary<(int, int), int> whole = [];
            Dictionary<int, int> classes = [];
            using StreamReader reader = new(typeof(CanonicalForm).Assembly.GetManifestResourceStream("SkinClassifier.Data.CanonicalForm.txt")!);
            while (reader.ReadLine() is { } line)
            {
                string[] words = line.Split(' ');
                if (words[0] == "C")
                    for (int point = Hex(words[1]); point <= Hex(words[2]); point++)
                        classes[point] = int.Parse(words[3], CultureInfo.InvariantCulture);
                if (words[0] != "D")
                    continue;
                int[] pieces = [.. words.Skip(2).Where(w => w != "=").Select(Hex)];
                splits[Hex(words[1])] = pieces;
                if (words[^1] == "=" && pieces.Length == 2)
                    whole[(pieces[0], pieces[1])] = Hex(words[1]);
            }
            return new Tables(splits.ToFrozenDictionary(), whole.ToFrozenDictionary(), classes.ToFrozenDictionary());
        }

        private static int Hex(string word) => int.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
