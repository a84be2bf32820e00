using SkinClassifier.Common;
using SkinClassifier.Data;

namespace SkinClassifier.Trainers;

/// <summary>
/// Deals images into k folds so that a group, and images with the same content, stay together and every class is spread evenly: the groups of each class
/// are shuffled and given, one after the other, to the fold that has the minimum number of images of the class (ties: minimum number of images, then
/// the first). A group counts for the class of most of its images.
/// </summary>
internal static class StratifiedFolds
{
    /// <summary>Fold of every example, 0 to <paramref name="folds"/> − 1.</summary>
    public static int[] Assign(IReadOnlyList<ImageExample> examples, int folds, ulong seed)
    {
        Dictionary<string, List<int>> groups = GroupKeys.Members(examples);
        int[] fold = new int[examples.Count], size = new int[folds];
        foreach (IGrouping<int, KeyValuePair<string, List<int>>> stratum in groups.GroupBy(g => GroupKeys.ClassOf(g.Value, examples)).OrderBy(g => g.Key))
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

    /// <summary>
    /// Why so many folds cannot be made of these examples: a fold would have no images, or one fold would hold a class alone, so that its model would
    /// not see it. Null: they can be made.
    /// </summary>
    public static string? Problem(IReadOnlyList<ImageExample> examples, IReadOnlyList<string> labels, int folds, ulong seed)
    {
        Dictionary<string, List<int>> groups = GroupKeys.Members(examples);
        string what = examples.Any(e => e.Group is not null) ? "groups" : "images";
        if (groups.Count < folds)
        {
            string found = what == "images" ? $"{examples.Count} images" : $"{examples.Count} images in {groups.Count} groups, which stay together";
            return $"expected at most {groups.Count} folds for {found}, received {folds}. Use fewer folds or add images.";
        }
        int[] fold = Assign(examples, folds, seed);
        HashSet<int>[] used = [.. labels.Select(_ => new HashSet<int>())];
        for (int i = 0; i < fold.Length; i++)
            used[examples[i].LabelIndex].Add(fold[i]);
        int lonely = Array.FindIndex(used, u => u.Count == 1);
        return lonely < 0 ? null : $"expected every class in at least 2 of the {folds} folds, because one is left out of each training, "
            + $"received class '{labels[lonely]}' with all its images in 1. Add {what} of it or remove the class.";
    }

    /// <summary>Classes with fewer groups than folds, and how many they have: some folds do not measure them.</summary>
    public static IEnumerable<(int Class, int Groups)> Scarce(IReadOnlyList<ImageExample> examples, int classes, int folds)
    {
        Dictionary<string, List<int>> groups = GroupKeys.Members(examples);
        return Enumerable.Range(0, classes).Select(c => (Class: c, Groups: groups.Values.Count(g => g.Any(e => examples[e].LabelIndex == c))))
            .Where(c => c.Groups > 0 && c.Groups < folds);
    }
}
