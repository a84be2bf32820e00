using System.Globalization;

namespace SkinClassifier.Sharding;

/// <summary>One of several equal parts of a piece of work.</summary>
/// <param name="Index">0 to <paramref name="Count"/> − 1.</param>
/// <param name="Count">How many parts there are, at least 1.</param>
internal readonly record struct Shard(int Index, int Count)
{
    /// <summary>
    /// Rows are dealt out in blocks of this size, so that the network sees every image in the same group of images as in one run over all of them. Then
    /// the scores are the same, bit for bit.
    /// </summary>
    public const int Block = 16;

    /// <summary>Most parts.</summary>
    public const int MaxCount = 99_999;

    /// <summary>The whole work as one part.</summary>
    public static Shard Whole => new(0, 1);

    /// <summary>Reads "i/N"; a sentence that says what is wrong where it is none.</summary>
    public static bool TryParse(string text, out Shard shard, out string problem)
    {
        shard = Whole;
        problem = $"expected i/N with i from 0 to N − 1 and N from 1 to {MaxCount}, for example 0/4, received '{text}'. Or write auto.";
        string[] parts = text.Split('/');
        if (parts.Length != 2 || !TryNumber(parts[0], out int index) || !TryNumber(parts[1], out int count) || count is < 1 or > MaxCount || index >= count)
            return false;
        (shard, problem) = (new Shard(index, count), "");
        return true;
    }

    /// <summary>The part's rows: consecutive ones, in whole blocks.</summary>
    /// <param name="rows">Rows of the whole work.</param>
    /// <param name="block">Rows of a block.</param>
    /// <returns>First row, 0-based, and number of rows; there may be none.</returns>
    public (long First, long Count) Range(long rows, int block = Block)
    {
        long blocks = (rows + block - 1) / block;
        long first = Math.Min(rows, blocks * Index / Count * block), end = Math.Min(rows, blocks * (Index + 1) / Count * block);
        return (first, end - first);
    }

    /// <summary>For example "2/4".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    internal static bool TryNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
