using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;

namespace SkinClassifier.Audit;

/// <summary>
/// Which images belong together, found without being told: those with the same value in a usual column of the metadata (patient_id, lesion_id …), those with
/// the same content, and near duplicates of a distance up to <see cref="NearDuplicates.SureDistance"/>; and everything that is so connected.
/// </summary>
/// <param name="Data">The dataset with its groups; one is named after the first value of the column in it, else after its first image.</param>
/// <param name="Column">The column; null: there is none.</param>
/// <param name="Pairs">Near duplicates that were joined, closest first.</param>
internal sealed record AutoGroups(ImageDataset Data, string? Column, IReadOnlyList<NearDuplicatePair> Pairs)
{
    /// <summary>What an option says in place of a column's name.</summary>
    public const string Name = "auto";

    /// <summary>Finds the groups.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="backbone">A pretrained network and the size of its images; null: hashes alone are compared.</param>
    /// <param name="decoder">Limits of the decoders.</param>
    /// <param name="workers">Threads. Default: all processors.</param>
    /// <param name="progress">Called with (what is done, images done, images in all) from any thread. Default: none.</param>
    /// <param name="cancellationToken">Stops with an <see cref="OperationCanceledException"/>.</param>
    public static AutoGroups Find(ImageDataset dataset, (Graph Features, ImagePreprocessor Preprocessor)? backbone, DecoderOptions? decoder = null,
        WorkerPool? workers = null, Action<string, int, int>? progress = null, CancellationToken cancellationToken = default)
    {
        workers ??= WorkerPool.Shared;
        string? column = CsvLayout.SuggestGroup(dataset.Examples);
        IReadOnlyList<ImageExample> examples = Duplicates.WithHashes(GroupKeys.Apply(dataset.Examples, column), workers);
        NearDuplicatePair[] pairs = [.. (NearDuplicates.Find(examples, backbone, decoder, workers, progress, cancellationToken) ?? [])
            .Where(p => p.Distance <= NearDuplicates.SureDistance)];
        int[] first = [.. Enumerable.Range(0, examples.Count)];
        Dictionary<ImageExample, int> place = examples.Index().ToDictionary(e => e.Item, e => e.Index);
        foreach (Func<ImageExample, string?> key in (ReadOnlySpan<Func<ImageExample, string?>>)[e => e.Group, e => e.ContentHash])
            foreach (IGrouping<string?, int> same in examples.Index().Where(e => key(e.Item) is not null)
                .GroupBy(e => key(e.Item), e => e.Index, StringComparer.Ordinal))
                foreach (int other in same.Skip(1))
                    Join(same.First(), other);
        foreach (NearDuplicatePair pair in pairs)
            Join(place[pair.First], place[pair.Second]);
        ImageExample[] grouped = [.. examples];
        foreach (int[] members in first.Index().GroupBy(p => Root(p.Index), p => p.Index).Select(g => g.ToArray()))
        {
            string? name = members.Select(m => examples[m].Group).OfType<string>().Order(StringComparer.Ordinal).FirstOrDefault()
                ?? (members.Length > 1 ? members.Select(m => examples[m].Path).Order(StringComparer.Ordinal).First() : null);
            foreach (int member in members)
                grouped[member] = examples[member].WithGroup(name);
        }
        return new AutoGroups(dataset.WithExamples(grouped), column, pairs);

        int Root(int image)
        {
            while (first[image] != image)
                image = first[image] = first[first[image]];
            return image;
        }

        void Join(int one, int other)
        {
            (one, other) = (Root(one), Root(other));
            first[Math.Max(one, other)] = Math.Min(one, other);
        }
    }
}
