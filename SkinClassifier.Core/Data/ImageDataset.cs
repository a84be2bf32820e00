namespace SkinClassifier.Data;

/// <summary>
/// Labelled images: where they are, their classes and further columns. Immutable; pixels stay on disk until a <see cref="BatchLoader"/> reads them.
/// </summary>
/// <example><code>
/// TrainTestData data = ImageDataset.FromFolder("photos").TrainTestSplit(testFraction: 0.2, groupBy: "lesion_id");
/// </code></example>
public sealed partial class ImageDataset
{
    internal ImageDataset(
        string? folder, IReadOnlyList<string> labels, IReadOnlyList<ImageExample> examples, IReadOnlyList<SkippedFile> skipped, IReadOnlyList<string> warnings)
    {
        Folder = folder;
        Labels = labels;
        Examples = examples;
        Skipped = skipped;
        Warnings = warnings;
    }

    /// <summary>Full path of the folder that the examples' paths are relative to; null for images in memory.</summary>
    public string? Folder { get; }

    /// <summary>Class names, ordinal order. A subset keeps all classes of the whole, also those without an image in it.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The images.</summary>
    public IReadOnlyList<ImageExample> Examples { get; }

    /// <summary>Files that are not readable images, by path. Parts and subsets of a dataset have none.</summary>
    public IReadOnlyList<SkippedFile> Skipped { get; }

    /// <summary>
    /// Doubtful things found while reading, each a sentence: empty classes, single images, the same file in two classes, metadata that does not fit.
    /// Parts and subsets have none, except for their own.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Full paths of the metadata files that were joined.</summary>
    internal IReadOnlyList<string> MetadataFiles { get; init; } = [];

    /// <summary>Number of images per class, in the order of <see cref="Labels"/>.</summary>
    public int[] CountByLabel()
    {
        int[] counts = new int[Labels.Count];
        foreach (ImageExample example in Examples)
            counts[example.LabelIndex]++;
        return counts;
    }

    /// <summary>A dataset with the same classes and some of the images.</summary>
    /// <param name="examples">Images of this dataset, in the order wanted; one image may come more than once.</param>
    /// <exception cref="ArgumentException">An image's label is not a class of this dataset.</exception>
    public ImageDataset Subset(IEnumerable<ImageExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ImageExample[] chosen = [.. examples];
        foreach (ImageExample example in chosen)
            if ((uint)example.LabelIndex >= (uint)Labels.Count || Labels[example.LabelIndex] != example.Label)
                throw new ArgumentException($"Subset: {example.Path} has the label '{example.Label}', which is not class {example.LabelIndex} of "
                    + $"this dataset ({string.Join(", ", Labels)}). Choose from the dataset's own examples.", nameof(examples));
        return new ImageDataset(Folder, Labels, chosen, [], []) { MetadataFiles = MetadataFiles, Csv = Csv };
    }

    /// <summary>The same dataset with the same images in other groups or sets.</summary>
    internal ImageDataset WithExamples(IReadOnlyList<ImageExample> examples) =>
        new(Folder, Labels, examples, Skipped, Warnings) { MetadataFiles = MetadataFiles, Csv = Csv };

    /// <summary>
    /// About <paramref name="count"/> of the images, every class in its share, at least two of each class that has so many; a smaller sample is part
    /// of a larger one.
    /// </summary>
    /// <param name="count">How many, at least 1; all images when there are not more.</param>
    /// <param name="seed">The same seed gives the same images, whatever their order.</param>
    public ImageDataset Sample(int count, ulong seed = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (count >= Examples.Count)
            return this;
        HashSet<ImageExample> chosen = [];
        foreach (IGrouping<int, ImageExample> ofClass in Examples.GroupBy(e => e.LabelIndex))
        {
            ImageExample[] order = [.. ofClass.OrderBy(e => e.Path, StringComparer.Ordinal)];
            new Common.SeededRandom(seed, 0x5341_4D50, (ulong)ofClass.Key).Shuffle(order.AsSpan());
            chosen.UnionWith(order.Take(Math.Max(2, (int)Math.Round((double)count * order.Length / Examples.Count, MidpointRounding.AwayFromZero))));
        }
        return new ImageDataset(Folder, Labels, [.. Examples.Where(chosen.Contains)], [], Warnings) { MetadataFiles = MetadataFiles, Csv = Csv };
    }

    /// <summary>
    /// Cuts off a test set, stratified by class. Images that already have a part (folders train, validation, test) keep it:
    /// when there is a test set it is used as it is; otherwise it is taken from the rest, never from the validation set. The train set holds all that
    /// is not test.
    /// </summary>
    /// <param name="testFraction">Fraction of the groups (of the images where there are no groups), 0 to below 1. Default 0.2.</param>
    /// <param name="groupBy">Column whose equal values must stay in one part. Default: the groups the examples already have, if any.</param>
    /// <param name="seed">The same seed gives the same sets. Default 1.</param>
    /// <exception cref="ArgumentException">A fraction is out of range, or no image has the column.</exception>
    public TrainTestData TrainTestSplit(double testFraction = DatasetSplits.UsualTest, string? groupBy = null, ulong seed = 1)
    {
        DatasetSplits splits = Split(0, testFraction, groupBy, seed);
        if (splits.Validation.Examples.Count == 0)
            return new TrainTestData(splits.Train, splits.Test);
        ImageDataset train = new(Folder, Labels,
            [.. splits.Train.Examples.Concat(splits.Validation.Examples).OrderBy(e => e.Path, StringComparer.Ordinal)], [], splits.Train.Warnings);
        return new TrainTestData(train, splits.Test);
    }

    /// <summary>
    /// Divides the dataset into three sets, stratified by class; images with the same content count as one group. Per class the numbers of groups are
    /// as near to the fractions as whole groups allow, and every class gets at least one group in each part when it has enough. Images that already
    /// have a part (folders train, validation, test) keep it; only a part that is missing is taken from the train images.
    /// </summary>
    /// <param name="validationFraction">Fraction of all groups, 0 to below 1; 0: none. Default 0.1.</param>
    /// <param name="testFraction">Fraction of all groups, 0 to below 1; 0: none. Together below 1. Default 0.2.</param>
    /// <param name="groupBy">Column whose equal values must stay in one part. Default: the groups the examples already have, if any.</param>
    /// <param name="seed">The same seed gives the same sets, whatever the order of the examples. Default 1.</param>
    /// <exception cref="ArgumentException">A fraction is out of range, or no image has the column.</exception>
    public DatasetSplits Split(
        double validationFraction = DatasetSplits.UsualValidation, double testFraction = DatasetSplits.UsualTest, string? groupBy = null, ulong seed = 1)
    {
        if (!(validationFraction >= 0 && validationFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(validationFraction), validationFraction, "Validation fraction: expected 0 to below 1.");
        if (!(testFraction >= 0 && testFraction < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "Test fraction: expected 0 to below 1.");
        if (validationFraction + testFraction >= 1)
            throw new ArgumentException(FormattableString.Invariant($"Validation and test fraction: expected less than 1 together, so that images are left ")
                + FormattableString.Invariant($"to train on, received {validationFraction} and {testFraction}."), nameof(testFraction));
        IReadOnlyList<ImageExample> examples = GroupKeys.Apply(Examples, groupBy);
        bool hasValidation = examples.Any(e => e.Split == DatasetSplit.Validation), hasTest = examples.Any(e => e.Split == DatasetSplit.Test);
        double validation = hasValidation ? 0 : validationFraction, test = hasTest ? 0 : testFraction;
        ImageExample[] pool = [.. examples.Where(e => e.Split is DatasetSplit.Train or DatasetSplit.Unassigned)];
        DatasetSplit[] assigned = StratifiedSplit.Assign(pool, (1 - validation - test, validation, test), seed);
        int next = 0;
        ImageExample[] done = [.. examples.Select(e => e.Split is DatasetSplit.Train or DatasetSplit.Unassigned ? e.With(split: assigned[next++]) : e)];
        List<string> warnings = [.. SplitWarnings.Of(Labels, done, hasValidation || hasTest)];
        if (groupBy is not null && GroupKeys.Missing(done, groupBy) is { } missing)
            warnings.Add(missing);
        DatasetSplits splits = new(Split(DatasetSplit.Train), Split(DatasetSplit.Validation), Split(DatasetSplit.Test));
        if (ContentLeaks.Between(splits).Warning() is { } leaks)
            warnings.Add(leaks);
        return splits;

        ImageDataset Split(DatasetSplit split) => new(Folder, Labels, [.. done.Where(e => e.Split == split)], [], split == DatasetSplit.Train ? warnings : []);
    }
}

/// <summary>A dataset cut in two.</summary>
/// <param name="TrainSet">To train on (validation images included).</param>
/// <param name="TestSet">To measure with.</param>
public sealed record TrainTestData(ImageDataset TrainSet, ImageDataset TestSet);

/// <summary>A dataset cut in three; a part may be empty.</summary>
/// <param name="Train">To train on.</param>
/// <param name="Validation">Watched while training.</param>
/// <param name="Test">To measure with.</param>
public sealed record DatasetSplits(ImageDataset Train, ImageDataset Validation, ImageDataset Test)
{
    /// <summary>Usual fraction of the groups for the validation set and for the test set: 0.1 and 0.2.</summary>
    public const double UsualValidation = 0.1, UsualTest = 0.2;
}
