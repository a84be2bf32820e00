using SkinClassifier.Data;
using SkinClassifier.Trainers;

namespace SkinClassifier.Compare.Splits;

/// <summary>Deals the images: one split as `train` makes it, or folds as `train --folds` makes them.</summary>
internal static class FoldPlan
{
    /// <summary>The folds; one of them where the images are split once.</summary>
    /// <exception cref="InputException">There is nothing to train on or to measure, or so many folds cannot be made.</exception>
    public static IReadOnlyList<Fold> Make(ImageDataset data, CompareOptions options)
    {
        if (options.Folds is not { } folds)
        {
            DatasetSplits splits = data.Split(options.Validation, options.Test, options.GroupBy, options.Seed);
            Check(splits.Train.Examples.Count, "train", data, options);
            Check(splits.Test.Examples.Count, "measure", data, options);
            return [new Fold(splits.Train, splits.Validation, splits.Test)];
        }
        // Folds are dealt over all images; sets that the folders have are not kept. Groups and equal files stay together.
        ImageDataset grouped = Unassigned(data, options);
        if (CrossValidation.Problem(grouped, folds, options.Seed) is { } problem)
            throw new InputException($"--folds: {problem}");
        int[] fold = StratifiedFolds.Assign(grouped.Examples, folds, options.Seed);
        return [.. Enumerable.Range(0, folds).Select(f =>
        {
            DatasetSplits rest = grouped.Subset(grouped.Examples.Where((_, i) => fold[i] != f)).Split(options.Validation, 0, seed: options.Seed);
            return new Fold(rest.Train, rest.Validation, grouped.Subset(grouped.Examples.Where((_, i) => fold[i] == f)));
        })];
    }

    private static ImageDataset Unassigned(ImageDataset data, CompareOptions options)
    {
        IReadOnlyList<ImageExample> examples = GroupKeys.Apply(data.Examples, options.GroupBy);
        return data.Subset(examples.Select(e => e.With(split: DatasetSplit.Unassigned)));
    }

    private static void Check(int count, string purpose, ImageDataset data, CompareOptions options)
    {
        if (count == 0)
            throw new InputException($"{options.Data}: expected images to {purpose}, received none. "
                + (data.Examples.All(e => e.Split == DatasetSplit.Unassigned) ? "Every class needs two images or more, of two groups. Add images."
                    : "Name a folder without sets, or one that has them all."));
    }
}
