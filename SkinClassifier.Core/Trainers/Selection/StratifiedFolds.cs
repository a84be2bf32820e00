using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Trainers.Selection;

/// <summary>
/// Deals images into k folds so that a group, and images with the same content, stay together and every class is spread evenly: the groups of each class
/// are shuffled and given, one after the other, to the fold that has the minimum number of images of the class (ties: minimum number of images, then the first).
/// A group counts for the class of most of its images.
/// </summary>
internal static class StratifiedFolds
{
    /// <summary>Fold of every example, 0 to <paramref name="folds"/> − 1.</summary>
    public static int[] Assign(IReadOnlyList<ImageExample> examples, int classes, int folds, ulong seed)
    {
        Dictionary<string, List<int>> groups = new(StringComparer.Ordinal);
        string[] keys = GroupKeys.Of(examples);
        for (int i = 0; i < examples.Count; i++)
        {
            string key = keys[i];
            if (!groups.TryGetValue(key, out List<int>? members))
                groups.Add(key, members = []);
            members.Add(i);
        }
        int[] fold = new int[examples.Count], size = new int[folds];
        foreach (IGrouping<int, KeyValuePair<string, List<int>>> stratum in groups.GroupBy(g => ClassOf(g.Value, examples, classes)).OrderBy(g => g.Key))
        {
            KeyValuePair<string, List<int>>[] order = [.. stratum.OrderBy(g => g.Key, StringComparer.Ordinal)];
            new SeededRandom(seed, 0x464F_4C44, (ulong)stratum.Key).Shuffle(order.AsSpan());
            int[] ofClass = new int[folds];
            foreach ((string _, List<int> members) in order)
            {
                int best = 0;
                for (int f = 1; f < folds; f++)
                    if ((ofClass[f], size[f]).CompareTo((ofClass[best], size[best])) < 0)
                        best = f;
                ofClass[best] += members.Count;
                size[best] += members.Count;
                foreach (int example in members)
                    fold[example] = best;
            }
        }
        return fold;
    }

    private static int ClassOf(List<int> members, IReadOnlyList<ImageExample> examples, int classes)
    {
        int[] counts = new int[classes];
        foreach (int example in members)
            counts[examples[example].LabelIndex]++;
        return Array.IndexOf(counts, counts.Max());
    }
}
