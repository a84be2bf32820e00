using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Kernels;

/// <summary>What the processor says about its caches. Only the order of work depends on it, never a result.</summary>
internal static class CacheSize
{
    private const int Unknown = 1 << 20;

    /// <summary>Floats in the second-level cache of one core; 1 MiB where the processor does not say.</summary>
    public static int SecondLevelFloats { get; } = Math.Clamp(SecondLevelBytes(), 256 << 10, 8 << 20) / sizeof(float);

    private static int SecondLevelBytes()
    {
        if (!X86Base.IsSupported)
            return Unknown;
        foreach (int leaf in new[] { 4, unchecked((int)0x8000001D) }) // Intel, AMD: one cache per sub-leaf
        {
            if ((uint)leaf > (uint)X86Base.CpuId(leaf & unchecked((int)0x80000000), 0).Eax)
                continue;
            for (int cache = 0; cache < 8; cache++)
            {
                (int eax, int ebx, int ecx, _) = X86Base.CpuId(leaf, cache);
                if ((eax & 31) == 0)
                    break;
                if ((eax >> 5 & 7) == 2)
                    return (int)Math.Min((((uint)ebx >> 22) + 1L) * ((ebx >> 12 & 1023) + 1) * ((ebx & 4095) + 1) * ((uint)ecx + 1L), int.MaxValue);
            }
        }
        return Unknown;
    }
}
