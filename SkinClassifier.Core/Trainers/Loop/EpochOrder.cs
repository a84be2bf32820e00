using SkinClassifier.Common;

namespace SkinClassifier.Trainers.Loop;

/// <summary>Which examples an epoch shows, and in which order; follows from seed and epoch alone.</summary>
internal sealed class EpochOrder
{
    private const ulong ShuffleKey = 0x5348_5546;
    private readonly int[][] _byClass;
    private readonly int _count;
    private readonly ClassBalance _balance;
    private readonly ulong _seed;

    /// <summary>Creates the order for examples with the given labels.</summary>
    public EpochOrder(ReadOnlySpan<int> labels, int classes, ClassBalance balance, ulong seed)
    {
        List<int>[] byClass = [.. Enumerable.Range(0, classes).Select(_ => new List<int>())];
        for (int i = 0; i < labels.Length; i++)
            byClass[labels[i]].Add(i);
        _byClass = [.. byClass.Where(c => c.Count > 0).Select(c => c.ToArray())];
        _count = labels.Length;
        _balance = balance;
        _seed = seed;
        Length = balance switch
        {
            ClassBalance.Oversample => _byClass.Length * _byClass.Max(c => c.Length),
            ClassBalance.Undersample => _byClass.Length * _byClass.Min(c => c.Length),
            _ => _count,
        };
    }

    /// <summary>Examples shown in one epoch.</summary>
    public int Length { get; }

    /// <summary>Indices of the examples of epoch <paramref name="epoch"/> in order.</summary>
    public int[] Of(int epoch)
    {
        SeededRandom random = new(_seed, ShuffleKey, (ulong)epoch);
        int[] order = new int[Length];
        switch (_balance)
        {
            case ClassBalance.Oversample:
            case ClassBalance.Undersample:
                // Every class gives the same number: whole rounds of a shuffled class, the last round cut.
                int share = Length / _byClass.Length, next = 0;
                foreach (int[] members in _byClass)
                    for (int taken = 0; taken < share; taken += members.Length)
                    {
                        int[] round = [.. members];
                        random.Shuffle<int>(round);
                        round.AsSpan(0, Math.Min(round.Length, share - taken)).CopyTo(order.AsSpan(next));
                        next += Math.Min(round.Length, share - taken);
                    }
                random.Shuffle<int>(order);
                break;
            case ClassBalance.BalancedBatches:
                // Rounds of all classes in random order; each class walks through its own shuffled list again and again.
                int[][] decks = [.. _byClass.Select(c => c.ToArray())];
                int[] position = new int[decks.Length];
                int[] turn = [.. Enumerable.Range(0, decks.Length)];
                for (int i = 0; i < order.Length; i++)
                {
                    if (i % turn.Length == 0)
                        random.Shuffle<int>(turn);
                    int c = turn[i % turn.Length], at = position[c]++ % decks[c].Length;
                    if (at == 0)
                        random.Shuffle<int>(decks[c]);
                    order[i] = decks[c][at];
                }
                break;
            default:
                for (int i = 0; i < order.Length; i++)
                    order[i] = i;
                random.Shuffle<int>(order);
                break;
        }
        return order;
    }
}
