using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Trainers.Loop;

namespace SkinClassifier.Trainers.Features;

/// <content>
/// Several processes: in rounds, each computes its share of what the first one's cache does not hold, and all get the features of all. Only the first reads and
/// writes the cache.
/// </content>
internal sealed partial class FeatureExtractor
{
    private const float Known = 0, Wanted = 1, Unreadable = 2;
    private const int BlocksPerRound = 64;

    private void RunShared(IProcessGroup group, ImageDataset data, float[] rows, string?[] keys, SkippedFile?[] skipped, CancellationToken cancellationToken)
    {
        int count = data.Examples.Count, round = BlocksPerRound * BatchSize * group.Size;
        long started = reporter.Begin(), saved = started;
        for (int first = 0; first < count; first += round)
        {
            int[] missing = FindMissing(group, data, first, Math.Min(round, count - first), rows, keys, skipped);
            (int from, int own) = group.Share(missing.Length, BatchSize);
            Run(data, missing[from..(from + own)], rows, keys, skipped, cancellationToken);
            Exchange(group, data, missing, rows, keys, skipped, cancellationToken);
            reporter.Count(phase, Math.Min(first + round, count), count, started);
            if (reporter.Seconds(saved) > SecondsBetweenSaves)
            {
                Save();
                saved = reporter.Begin();
            }
        }
    }

    /// <summary>The images of a round whose features must be computed, as the first process says; the others get those that it has.</summary>
    private int[] FindMissing(IProcessGroup group, ImageDataset data, int first, int count, float[] rows, string?[] keys, SkippedFile?[] skipped)
    {
        float[] states = new float[count];
        Array.Fill(states, Wanted);
        if (cache is not null && group.Rank == 0)
            workers.Run(count, i =>
            {
                keys[first + i] = Key(data.Examples[first + i], ref skipped[first + i]);
                states[i] = keys[first + i] is not { } key ? Unreadable : cache.TryGet(key, rows.AsSpan((first + i) * length, length)) ? Known : Wanted;
            });
        group.StartBroadcast(0, states);
        group.FinishBroadcasts();
        if (states.Contains(Known))
        {
            group.StartBroadcast(0, rows.AsMemory(first * length, count * length));
            group.FinishBroadcasts();
        }
        for (int i = 0; i < count; i++)
            if (states[i] == Unreadable && skipped[first + i] is null)
                skipped[first + i] = new SkippedFile(data.Examples[first + i].Path, "the first process cannot read it");
        return [.. Enumerable.Range(first, count).Where(i => states[i - first] == Wanted)];
    }

    private void Exchange(
        IProcessGroup group, ImageDataset data, int[] missing, float[] rows, string?[] keys, SkippedFile?[] skipped, CancellationToken cancellationToken)
    {
        int share = group.ShareLength(missing.Length, BatchSize), row = length + 1;
        float[] own = new float[share * row];
        (int from, int count) = group.Share(missing.Length, BatchSize);
        for (int i = 0; i < count; i++)
            if (skipped[missing[from + i]] is null)
            {
                rows.AsSpan(missing[from + i] * length, length).CopyTo(own.AsSpan(i * row));
                own[i * row + length] = 1;
            }
        float[] all = group.GatherRows(own);
        List<int> unreadable = [];
        for (int i = 0; i < missing.Length; i++)
        {
            int example = missing[i];
            if (all[i * row + length] == 0)
                unreadable.Add(example);
            else
            {
                all.AsSpan(i * row, length).CopyTo(rows.AsSpan(example * length));
                if (keys[example] is { } key)
                    cache?.Add(key, rows.AsSpan(example * length, length));
            }
        }
        // What another process could not read is tried here too, for the reason.
        int[] others = [.. unreadable.Where(e => skipped[e] is null)];
        Run(data, others, rows, keys, skipped, cancellationToken);
        foreach (int example in others)
            skipped[example] ??= new SkippedFile(data.Examples[example].Path, "another process cannot read it");
    }
}
