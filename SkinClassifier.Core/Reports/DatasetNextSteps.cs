using SkinClassifier.Audit;
using SkinClassifier.Data;

namespace SkinClassifier.Reports;

/// <summary>Advice that follows from what was found in a dataset, the most important first; every sentence has its numbers.</summary>
internal static class DatasetNextSteps
{
    private const int Most = 10, FewImages = 50, MaxNamed = 6;
    private const double UnusableShare = 0.01;

    /// <summary>The sentences.</summary>
    public static IEnumerable<string> Of(DatasetReport report) =>
        Copies(report.Found).Concat(NearCopies(report.Found)).Concat(Groups(report.Found)).Concat(Files(report.Found)).Concat(Quality(report.Found))
            .Concat(Classes(report.Found)).Concat(Labels(report)).Take(Most);

    private static IEnumerable<string> Copies(DatasetInspection found)
    {
        if (found.Duplicates.Count(d => d.Splits.Count > 1) is > 0 and int leaks)
            yield return $"Remove the copies that stand in several sets ({Text.Whole(leaks)} contents): an image that is both trained from and measured makes "
                + "the metrics too good.";
        if (found.Duplicates.Count(d => d.Labels.Count > 1) is > 0 and int contradictions)
            yield return $"Decide which class is right for {Text.Whole(contradictions)} "
                + $"{(contradictions == 1 ? "content that stands" : "contents that stand")} in several classes: the labels contradict each other.";
    }

    private static IEnumerable<string> NearCopies(DatasetInspection found)
    {
        NearDuplicatePair[] sure = [.. (found.NearDuplicates ?? []).Where(p => p.Distance <= NearDuplicates.SureDistance)];
        int sets = sure.Count(p => p.CrossesSets), classes = sure.Count(p => p.CrossesClasses && !p.CrossesSets);
        if (sets > 0)
            yield return $"Look at the {Text.Whole(sets)} {Pairs(sets)} of near duplicates in different sets: where they show the same spot, the metrics "
                + "are too good. Deal the images into sets again, with groups that keep them together (--group-by auto).";
        if (classes > 0)
            yield return $"Look at the {Text.Whole(classes)} {Pairs(classes)} of near duplicates in different classes: the same spot with two labels.";
        if (sure.Length - sets - classes is > 0 and int rest)
            yield return $"Look at {(rest == sure.Length ? "" : "the other ")}{Text.Whole(rest)} {Pairs(rest)} of near duplicates that no group keeps "
                + "together; --group-by auto joins them.";
    }

    private static IEnumerable<string> Groups(DatasetInspection found)
    {
        if (found.SuggestedGroupColumn is { } column)
            yield return $"Keep the images of one {column} in one set (--group-by {column}), so that no lesion or person is both trained from and measured.";
        else if (found.Groups is null && found.Columns.Count == 0)
            yield return "Add a metadata.csv with a column for the lesion or the patient: without it the sets cannot keep together what belongs together.";
    }

    private static IEnumerable<string> Files(DatasetInspection found)
    {
        if (found.Unreadable.Count > 0)
            yield return $"Copy {Text.Whole(found.Unreadable.Count)} unreadable {(found.Unreadable.Count == 1 ? "file" : "files")} again, or delete them.";
        if (found.ColorProfiles.Sum(p => p.Value) is > 0 and int profiles)
            yield return $"Convert {Text.Whole(profiles)} {Images(profiles)} with other color profiles to sRGB: profiles are not applied, and the colors "
                + "differ.";
    }

    private static IEnumerable<string> Quality(DatasetInspection found)
    {
        if (found.Quality is not { } quality)
            yield break;
        foreach (IGrouping<string, QualityShare> bound in quality.Shares.Where(s => s.IsBound).GroupBy(s => s.Problem))
            yield return $"Beware of a shortcut: {Name(bound.Key)} {(bound.Key == DatasetQuality.DarkCorners ? "are" : "is")} bound to "
                + $"{List([.. bound.Select(s => $"{s.Label} ({Text.Percent(s.Share)} of its images, {Text.Percent(s.ShareElsewhere)} of the others)")])}. "
                + "A network can learn that instead of the skin: crop the images, or collect the classes with the same cameras, and look at heat maps.";
        string[] unusable = [DatasetQuality.Blurred, DatasetQuality.Dark, DatasetQuality.Glare, DatasetQuality.Blank, DatasetQuality.Tiny];
        int images = quality.Findings.Where(f => unusable.Contains(f.Problem)).Select(f => f.Image.Path).Distinct(StringComparer.Ordinal).Count();
        if (images > 0)
            yield return $"Look at {Text.Whole(images)} {Images(images)} that {(images == 1 ? "is blurred, dark, blank, tiny or has"
                : "are blurred, dark, blank, tiny or have")} glare{(images > UnusableShare * found.Count ? ", more than 1 % of all" : "")}; leave out what "
                + "no person could judge.";
        if (quality.OddSizes.Count > 0)
            yield return $"Look at {Text.Whole(quality.OddSizes.Count)} {Images(quality.OddSizes.Count)} of an odd size or shape: they may be crops, "
                + "screenshots or of another source.";
    }

    private static IEnumerable<string> Classes(DatasetInspection found)
    {
        ClassInspection[] few = [.. found.Classes.Where(c => c.Count < FewImages)];
        if (few.Length > 0 && few.Length == found.Classes.Count)
            yield return $"Collect more images: no class has {FewImages}, so that every metric will depend on chance. --folds 5 uses every image.";
        else if (few.Length > 0)
            yield return $"Collect more images of rare classes ({List([.. few.Select(c => $"{c.Label} {c.Count}")])}), join them with others, or leave "
                + "them out.";
        if (found.Imbalance is > 10 and double ratio)
            yield return $"Do not read the accuracy alone: the largest class has {Text.Short(Math.Round(ratio))} times as many images as the smallest. "
                + "Look at macro accuracy and the recall of each class.";
    }

    private static IEnumerable<string> Labels(DatasetReport report)
    {
        if (report.Suspects is { Count: > 0 } suspects)
            yield return $"Review {Text.Whole(suspects.Count)} doubtful {(suspects.Count == 1 ? "label" : "labels")}, the most doubtful first, and let "
                + "data clean apply what is decided.";
        else if (report.Suspects is null && report.Found.Labels.Count > 1)
            yield return "Look for wrong labels with data suspects; --suspects shows its list here.";
    }

    private static string Name(string problem) => problem switch
    {
        DatasetQuality.DarkCorners => "dark corners",
        DatasetQuality.Border => "a border of one color",
        DatasetQuality.Ruler => "a ruler",
        DatasetQuality.Glare => "glare",
        DatasetQuality.Blurred => "blur",
        DatasetQuality.Dark => "darkness",
        DatasetQuality.Tiny => "a small size",
        _ => "emptiness",
    };

    private static string Pairs(int count) => count == 1 ? "pair" : "pairs";

    private static string Images(int count) => count == 1 ? "image" : "images";

    private static string List(string[] items) => $"{string.Join(", ", items.Take(MaxNamed))}{(items.Length > MaxNamed ? ", …" : "")}";
}
