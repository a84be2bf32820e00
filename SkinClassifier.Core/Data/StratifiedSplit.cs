using SkinClassifier.Common;

namespace SkinClassifier.Data;

/// <summary>
/// Divides examples into sets so that whole groups, and images with the same content, stay together and every class is divided in the wanted proportions.
/// A group counts for the class that most of its images have (ties: the first class). Per class with n groups, part p gets ⌊n·f_p⌋ groups and
/// the remaining ones go to the largest remainders (ties: the earlier part); then every part with f_p &gt; 0 that got none takes one from the
/// largest, as long as there are groups enough; with fewer groups than sets, train comes first, then test, then validation.
/// Which groups are taken depends on the seed, the class and the groups' names only, not on the order of the examples.
/// </summary>
internal static class StratifiedSplit
{
    /// <summary>Part of every example. <paramref name="fractions"/>: train, validation, test; they add up to 1.</summary>
    public static DatasetSplit[] Assign(IReadOnlyList<ImageExample> examples, (double Train, double Validation, double Test) fractions, ulong seed)
    {
        DatasetSplit[] splits = new DatasetSplit[examples.Count];
        Dictionary<string, List<int>> groups = GroupKeys.Members(examples);
        foreach (IGrouping<int, KeyValuePair<string, List<int>>> stratum in groups.GroupBy(g => GroupKeys.ClassOf(g.Value, examples)).OrderBy(g => g.Key))
        {
            KeyValuePair<string, List<int>>[] order = [.. stratum.OrderBy(g => g.Key, StringComparer.Ordinal)];
            new SeededRandom(seed, (ulong)stratum.Key).Shuffle(order.AsSpan());
            (int train, int validation, int test) = Counts(order.Length, fractions);
            for (int i = 0; i < order.Length; i++)
                foreach (int example in order[i].Value)
                    splits[example] = i < test ? DatasetSplit.Test : i < test + validation ? DatasetSplit.Validation : DatasetSplit.Train;
        }
        return splits;
    }

    /// <summary>How many of <paramref name="n"/> groups each part gets.</summary>
    public static (int Train, int Validation, int Test) Counts(int n, (double Train, double Validation, double Test) fractions)
    {
        // Order of preference: train, test, validation.
        double[] wanted = [fractions.Train, fractions.Test, fractions.Validation];
        int[] counts = new int[3];
        int places = wanted.Count(f => f > 0);
        if (n < places)
        {
            for (int p = 0, left = n; p < 3 && left > 0; p++)
                if (wanted[p] > 0)
                    (counts[p], left) = (1, left - 1);
            return (counts[0], counts[2], counts[1]);
        }
        for (int p = 0; p < 3; p++)
            counts[p] = (int)Math.Floor(n * wanted[p] + 1e-9);
        for (int left = n - counts.Sum(); left > 0; left--)
        {
            int best = -1;
            for (int p = 0; p < 3; p++)
                if (wanted[p] > 0 && (best < 0 || n * wanted[p] - counts[p] > n * wanted[best] - counts[best] + 1e-9))
                    best = p;
            counts[best]++;
        }
        for (int p = 0; p < 3; p++)
            if (wanted[p] > 0 && counts[p] == 0)
            {
                counts[Array.IndexOf(counts, counts.Max())]--;
                counts[p] = 1;
            }
        return (counts[0], counts[2], counts[1]);
    }
}
