namespace SkinClassifier.Kernels;

/// <summary>
/// The kernels of one instruction set. Chosen once at start: AVX-512, else AVX2 with FMA, else portable 128-bit vectors;
/// the environment variable SKINCLASSIFIER_KERNELS = avx512, avx2 or portable asks for one of them.
/// </summary>
internal abstract unsafe partial class KernelFamily
{
    /// <summary>Name of the environment variable that chooses a family.</summary>
    public const string Variable = "SKINCLASSIFIER_KERNELS";

    /// <summary>Families that run on this machine, fastest first. The portable one always does.</summary>
    public static IReadOnlyList<KernelFamily> Supported { get; } = ListSupported();

    // Lazy: a wrong variable is then told in its own words, every time, and not as a type that cannot be initialized.
    private static readonly Lazy<KernelFamily> _current = new(() => Choose(Environment.GetEnvironmentVariable(Variable), Supported));

    /// <summary>The family that plans use.</summary>
    /// <exception cref="PlatformNotSupportedException">The environment variable names another one than those of this machine.</exception>
    public static KernelFamily Current => _current.Value;

    /// <summary>"avx512", "avx2" or "portable".</summary>
    public abstract string Name { get; }

    /// <summary>The caches that steps cut their work for; the results do not depend on them.</summary>
    public CacheSize Caches { get => field ?? CacheSize.Current; init; }

    /// <summary>Most output blocks of a convolution tile.</summary>
    public abstract int MaxBlocks { get; }

    /// <summary>Most pixels of a convolution tile with so many output blocks.</summary>
    public abstract int PixelLimit(int blocks);

    /// <summary>The tile over blocked input.</summary>
    public abstract delegate*<ConvolutionTile*, void> Convolution(int pixels, int blocks, int stride);

    /// <summary>The tile over NCHW input; at most two blocks.</summary>
    public abstract delegate*<ConvolutionTile*, void> FirstConvolution(int pixels, int blocks, int stride);

    /// <summary>
    /// The depthwise tile; <paramref name="columns"/>: 3 for a kernel of 3×3, 5 or 7 for one of that width, without dilation between columns and
    /// with a stride of 1 or 2; 0 for any other.
    /// </summary>
    public abstract delegate*<ConvolutionTile*, void> Depthwise(int pixels, int stride, int columns);

    /// <summary>The family named <paramref name="asked"/>, or the fastest one when nothing is asked for.</summary>
    /// <exception cref="PlatformNotSupportedException">The name is unknown or the machine lacks the instructions.</exception>
    public static KernelFamily Choose(string? asked, IReadOnlyList<KernelFamily> supported)
    {
        if (string.IsNullOrEmpty(asked))
            return supported[0];
        return supported.FirstOrDefault(f => f.Name == asked)
            ?? throw new PlatformNotSupportedException($"{Variable}: expected one of {string.Join(", ", supported.Select(f => f.Name))} on this "
                + $"machine, received '{asked}'. Unset it to use the fastest one.");
    }

    private static List<KernelFamily> ListSupported()
    {
        List<KernelFamily> families = [];
        if (Avx512Kernels.IsSupported)
            families.Add(new Avx512Kernels());
        if (Avx2Kernels.IsSupported)
            families.Add(new Avx2Kernels());
        families.Add(new PortableKernels());
        return families;
    }
}
