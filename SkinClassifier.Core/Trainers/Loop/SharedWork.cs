using System.Runtime.InteropServices;
using SkinClassifier.Execution;

namespace SkinClassifier.Trainers.Loop;

/// <summary>What processes of one training do together besides the steps.</summary>
internal static class SharedWork
{
    /// <summary>Whether any process says yes; without a group what this one says.</summary>
    public static bool Any(this IProcessGroup? group, bool value)
    {
        if (group is null)
            return value;
        Span<byte> all = stackalloc byte[group.Size];
        group.Gather([(byte)(value ? 1 : 0)], all);
        return all.Contains((byte)1);
    }

    /// <summary>Waits until all processes have come here.</summary>
    public static void Meet(this IProcessGroup? group) => group.Any(false);

    /// <summary>Length of the share of one process of <paramref name="items"/> that are handled in blocks; the last shares may have less.</summary>
    public static int ShareLength(this IProcessGroup group, int items, int block) =>
        ((items + block - 1) / block + group.Size - 1) / group.Size * block;

    /// <summary>The share of this process: whole blocks, and a rest at the end.</summary>
    public static (int First, int Count) Share(this IProcessGroup group, int items, int block)
    {
        int length = group.ShareLength(items, block), first = Math.Min(group.Rank * length, items);
        return (first, Math.Min(length, items - first));
    }

    /// <summary>
    /// Rows of all shares, each row with a number behind it that says whether there is one: 1, else 0. The rows of an item lie where its place in the whole
    /// says.
    /// </summary>
    public static float[] GatherRows(this IProcessGroup group, float[] own)
    {
        float[] all = new float[checked(own.Length * group.Size)];
        group.Gather(MemoryMarshal.AsBytes(own.AsSpan()), MemoryMarshal.AsBytes(all.AsSpan()));
        return all;
    }
}
