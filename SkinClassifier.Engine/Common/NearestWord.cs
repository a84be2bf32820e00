namespace SkinClassifier.Common;

/// <summary>Finds the word that somebody meant.</summary>
internal static class NearestWord
{
    /// <summary>The most similar of <paramref name="words"/>; null where none is similar enough to be meant.</summary>
    /// <param name="written">The misspelled word.</param>
    /// <param name="words">The words that exist.</param>
    public static string? Of(string written, IEnumerable<string> words)
    {
        string given = written.ToLowerInvariant(), letters = given.TrimStart('-');
        string[] all = [.. words];
        // "lr" is an abbreviation of learning-rate; in words as short as that every other letter makes another word.
        if (letters.Length < 3)
            return all.Where(w => w.TrimStart('-').Equals(letters, StringComparison.OrdinalIgnoreCase))
                .Concat(all.Where(w => Initials(w) == letters)).FirstOrDefault();
        (string Word, int Distance)[] ranked = [.. all.Select(w => (w, Distance(given, w.ToLowerInvariant()))).OrderBy(r => r.Item2)];
        if (ranked.Length == 0)
            return null;
        if (ranked[0].Distance <= Math.Max(1, Math.Max(given.Length, ranked[0].Word.Length) / 3))
            return ranked[0].Word;
        return ranked.FirstOrDefault(r => r.Word.Contains(letters, StringComparison.OrdinalIgnoreCase)).Word;
    }

    /// <summary>The first letters of the words of an option ("learning-rate") or a key ("learningRate"): "lr".</summary>
    private static string Initials(string word)
    {
        string plain = word.TrimStart('-');
        return string.Concat(plain.Where((c, i) => c != '-' && (i == 0 || plain[i - 1] == '-' || char.IsUpper(c)))).ToLowerInvariant();
    }

    /// <summary>" Did you mean X?", or "" where no word is near.</summary>
    public static string Question(string written, IEnumerable<string> words) => Of(written, words) is { } word ? $" Did you mean {word}?" : "";

    /// <summary>Letters to insert, remove, replace or exchange with their neighbor (Damerau and Levenshtein, optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (int j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[a.Length, b.Length];
    }
}
