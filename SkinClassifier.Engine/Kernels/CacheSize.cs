using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace SkinClassifier.Kernels;

/// <summary>
/// What the processor says about its caches. Only the order of work depends on it, never a result. The environment variable
/// SKINCLASSIFIER_CACHES = 32,512 (KiB of the first and the second level) says something else.
/// </summary>
/// <param name="FirstLevel">Bytes of one core's first-level cache of data.</param>
/// <param name="SecondLevel">Bytes of one core's second-level cache.</param>
internal sealed record CacheSize(int FirstLevel, int SecondLevel)
{
    /// <summary>Name of the environment variable that gives other sizes.</summary>
    public const string Variable = "SKINCLASSIFIER_CACHES";

    private const int LeastFirst = 16 << 10, MostFirst = 1 << 20, LeastSecond = 256 << 10, MostSecond = 8 << 20;

    private static readonly Lazy<CacheSize> _current =
        new(() => Choose(Environment.GetEnvironmentVariable(Variable), new(Detect(1) ?? 32 << 10, Detect(2) ?? 1 << 20)));

    /// <summary>Those of this machine; 32 KiB and 1 MiB where it does not say.</summary>
    /// <exception cref="PlatformNotSupportedException">The environment variable is not understood.</exception>
    public static CacheSize Current => _current.Value;

    /// <summary>Floats of weights that stay in the first-level cache, beside what they are multiplied with: three quarters of it.</summary>
    public int WeightFloats => Math.Clamp(FirstLevel, LeastFirst, MostFirst) / sizeof(float) * 3 / 4;

    /// <summary>Floats in the second-level cache.</summary>
    public int SecondLevelFloats => Math.Clamp(SecondLevel, LeastSecond, MostSecond) / sizeof(float);

    /// <summary>The sizes that were asked for, or those of the machine.</summary>
    /// <exception cref="PlatformNotSupportedException">Something else than two sizes within their ranges was asked for.</exception>
    public static CacheSize Choose(string? asked, CacheSize detected)
    {
        if (string.IsNullOrEmpty(asked))
            return detected;
        if (asked.Split(',') is [var first, var second] && Bytes(first, LeastFirst, MostFirst) is { } one && Bytes(second, LeastSecond, MostSecond) is { } two)
            return new CacheSize(one, two);
        throw new PlatformNotSupportedException($"{Variable}: expected the first-level ({LeastFirst >> 10} to {MostFirst >> 10}) and the second-level cache "
            + $"({LeastSecond >> 10} to {MostSecond >> 10}) in KiB, for example 32,512, received '{asked}'. Unset it to use what the processor says.");
    }

    private static int? Bytes(string kibibytes, int least, int most) =>
        int.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least >> 10 && number <= most >> 10
            ? number << 10 : null;

    /// <summary>Bytes of a level; of the first: for data. Null: the processor does not say.</summary>
    private static int? Detect(int level)
    {
        const int Instructions = 2;
        if (!X86Base.IsSupported)
            return null;
        foreach (int leaf in new[] { 4, unchecked((int)0x8000001D) }) // Intel, AMD: one cache per sub-leaf
        {
            if ((uint)leaf > (uint)X86Base.CpuId(leaf & unchecked((int)0x80000000), 0).Eax)
                continue;
            for (int cache = 0; cache < 8; cache++)
            {
                (int eax, int ebx, int ecx, _) = X86Base.CpuId(leaf, cache);
                if ((eax & 31) == 0)
                    break;
                if ((eax >> 5 & 7) == level && (eax & 31) != Instructions)
                    return (int)Math.Min((((uint)ebx >> 22) + 1L) * ((ebx >> 12 & 1023) + 1) * ((ebx & 4095) + 1) * ((uint)ecx + 1L), int.MaxValue);
            }
        }
        return null;
    }
}
