using System.Globalization;

namespace SkinClassifier.Data;

/// <summary>Images with the same file content (SHA-256) that are both trained from and measured: metrics look better than they are.</summary>
/// <param name="Paths">The images, as in the dataset.</param>
/// <param name="Sets">The set of each, for example train or test.</param>
/// <param name="SeenInTraining">Whether the measured model, or the teacher that it learned from, was trained with this content, wherever that file
/// lay.</param>
public sealed record ContentLeak(IReadOnlyList<string> Paths, IReadOnlyList<string> Sets, bool SeenInTraining);

/// <summary>All contents that stand in more than one set of a dataset, or that a model was trained with and is measured on.</summary>
public sealed class ContentLeaks
{
    private ContentLeaks(IReadOnlyList<ContentLeak> items) => Items = items;

    /// <summary>One entry per content, in the order of the images.</summary>
    public IReadOnlyList<ContentLeak> Items { get; }

    /// <summary>Different contents.</summary>
    public int Contents => Items.Count;

    /// <summary>Images that hold them.</summary>
    public int Images => Items.Sum(i => i.Paths.Count);

    /// <summary>Those that stand in more than one set.</summary>
    internal IEnumerable<ContentLeak> Copies => Items.Where(IsCopied);

    /// <summary>Those that stand in one set, and that the model or its teacher was trained with.</summary>
    internal IEnumerable<ContentLeak> Seen => Items.Where(i => !IsCopied(i));

    /// <summary>
    /// Contents in more than one of three sets. Images whose content was not looked at (<see cref="ImageDatasetOptions.CheckDuplicates"/>) are left
    /// out.
    /// </summary>
    public static ContentLeaks Between(DatasetSplits sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return Between(sets, measured: [], teacher: null);
    }

    /// <summary>The same, and measured contents that a teacher was trained with.</summary>
    internal static ContentLeaks Between(DatasetSplits sets, IReadOnlyCollection<ImageExample> measured, SeenContent? teacher) =>
        Find([.. sets.Train.Examples, .. sets.Validation.Examples, .. sets.Test.Examples], measured, teacher, copiesAnywhere: true);

    /// <summary>Contents of measured images that stand in another set of the same dataset too, or that a model has seen.</summary>
    internal static ContentLeaks OfMeasured(IReadOnlyList<ImageExample> all, IReadOnlyCollection<ImageExample> measured, SeenContent? seen) =>
        Find(all, measured, seen, copiesAnywhere: false);

    /// <summary>Finds them.</summary>
    /// <param name="all">Images of all sets.</param>
    /// <param name="measured">Those that are measured.</param>
    /// <param name="seen">What was trained with before.</param>
    /// <param name="copiesAnywhere">Whether contents in several sets count where none of them is measured, too.</param>
    private static ContentLeaks Find(
        IReadOnlyList<ImageExample> all, IReadOnlyCollection<ImageExample> measured, SeenContent? seen, bool copiesAnywhere)
    {
        HashSet<string> paths = [.. measured.Select(e => e.Path)];
        List<ContentLeak> items = [];
        foreach (IGrouping<string, ImageExample> same in all.Where(e => e.ContentHash is not null).GroupBy(e => e.ContentHash!, StringComparer.Ordinal))
        {
            bool known = seen?.Contains(same.Key) ?? false, several = same.Select(e => e.Split).Distinct().Skip(1).Any();
            if (several && copiesAnywhere || (several || known) && same.Any(e => paths.Contains(e.Path)))
                items.Add(new ContentLeak(
                    [.. same.Select(e => e.Path)], [.. same.Select(e => e.Split == DatasetSplit.Unassigned ? "none" : SplitNames.NameOf(e.Split))], known));
        }
        return new ContentLeaks(items);
    }

    private static bool IsCopied(ContentLeak leak) => leak.Sets.Distinct().Skip(1).Any();

    /// <summary>A sentence for people; null when there are none.</summary>
    public string? Warning()
    {
        if (Contents == 0)
            return null;
        int inside = Copies.Count(), seen = Items.Count(i => i.SeenInTraining);
        ContentLeak first = Items[0];
        string[] splits =
        [
            .. inside > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{inside} stand in more than one set")] : Array.Empty<string>(),
            .. seen > 0 ? [string.Create(CultureInfo.InvariantCulture, $"{seen} were among the images that the model, or its teacher, was trained with")]
                : Array.Empty<string>(),
        ];
        return string.Create(CultureInfo.InvariantCulture,
            $"Images with the same content: {Images} images with {Contents} contents, of which {string.Join(" and ", splits)} (first: "
                + $"{string.Join(" = ", first.Paths.Zip(first.Sets, (p, s) => s == "none" ? p : $"{p} [{s}]").Take(4))}). ")
            + "The metrics look better than they are; remove the copies.";
    }
}
