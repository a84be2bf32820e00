using SkinClassifier.Kernels.Generated;

namespace SkinClassifier.Kernels;

/// <summary>Per channel y = limit(x · Scale + Shift) for one block of 16 channels: a normalization and an activation in one.</summary>
internal unsafe struct ChannelMap
{
    /// <summary>16 factors.</summary>
    public float* Scale;

    /// <summary>16 summands.</summary>
    public float* Shift;

    /// <summary>Lower limit, −∞ when there is none.</summary>
    public float Low;

    /// <summary>Upper limit, +∞ when there is none.</summary>
    public float High;
}

/// <summary>
/// Kernels that only training needs, over pixels of 16 channels. A pixel is 16 floats; lane i is channel 16·block + i.
/// Counts are pixels, distances are floats.
/// </summary>
internal abstract unsafe class GradientKernels
{
    /// <summary>The kernels of <paramref name="family"/>.</summary>
    public static GradientKernels For(KernelFamily family) => family.Name switch
    {
        "avx512" => new LaneGradientKernels<Avx512Lanes>(family, Avx512OuterProducts.Rows, Avx512OuterProducts.Blocks),
        "avx2" => new LaneGradientKernels<Avx2Lanes>(family, Avx2OuterProducts.Rows, Avx2OuterProducts.Blocks),
        _ => new LaneGradientKernels<PortableLanes>(family, PortableOuterProducts.Rows, PortableOuterProducts.Blocks),
    };

    /// <summary>The instruction set.</summary>
    public abstract KernelFamily Family { get; }

    /// <summary>Input channels of an outer product tile.</summary>
    public abstract int OuterRows { get; }

    /// <summary>Most output blocks of an outer product tile.</summary>
    public abstract int OuterBlocks { get; }

    /// <summary>
    /// The outer product tile: (x, dz, distance between blocks of dz, dw, distance between rows of dw, pixels, what is asked for meanwhile: a line of 16 floats
    /// for each pixel); adds to dw.
    /// </summary>
    public delegate*<float*, float*, nint, float*, nint, nint, float*, void> Outer(int blocks) => Family.Name switch
    {
        "avx512" => Avx512OuterProducts.Get(blocks),
        "avx2" => Avx2OuterProducts.Get(blocks),
        _ => PortableOuterProducts.Get(blocks),
    };

    /// <summary>y = map(x); pixels of x are <paramref name="xStep"/> apart, those of y lie side by side.</summary>
    public abstract void Map(float* x, nint xStep, float* y, nint count, in ChannelMap map);

    /// <summary>y += map(x).</summary>
    public abstract void AddMap(float* x, float* y, nint count, in ChannelMap map);

    /// <summary>
    /// dz = d · scale + z · <paramref name="perZ"/> + <paramref name="constant"/>, where d = <paramref name="gradient"/> where the map does not limit
    /// z, else 0.
    /// </summary>
    public abstract void MapGradient(float* z, float* gradient, float* dz, nint count, in ChannelMap map, float* perZ, float* constant);

    /// <summary>sums[0…15] += Σ d, sums[16…31] += Σ d · (z − <paramref name="mean"/>), with d as in <see cref="MapGradient"/>.</summary>
    public abstract void GradientSums(float* z, float* gradient, nint count, in ChannelMap map, float* mean, float* sums);

    /// <summary>sums[0…15] += Σ (z − <paramref name="pivot"/>), sums[16…31] += Σ (z − pivot)².</summary>
    public abstract void PivotedSums(float* z, nint count, float* pivot, float* sums);

    /// <summary>sums[0…15] += Σ x.</summary>
    public abstract void AddSum(float* x, nint count, float* sums);

    /// <summary>y[i · <paramref name="yStep"/>] += x[i].</summary>
    public abstract void AddStrided(float* x, float* y, nint yStep, nint count);

    /// <summary>y[i] += value (the same 16 numbers for every pixel) or = value when <paramref name="overwrite"/>.</summary>
    public abstract void AddConstant(float* value, float* y, nint count, bool overwrite);

    /// <summary>
    /// One row of a depthwise convolution: y[i] (+)= bias + Σ taps x[i · step + kh · xRow + kw · xColumn] · w[kh, kw]. Meanwhile asks for as many lines of 16
    /// floats from two places, where the instruction set can.
    /// </summary>
    public abstract void DepthwiseRow(
        float* x, nint step, nint xRow, nint xColumn, int kernelH, int kernelW, float* w, float* bias, float* y, nint count, bool add, float* ahead0,
        float* ahead1);

    /// <summary>dw[kh, kw] += Σ x[i · step + kh · xRow + kw · xColumn] · dz[i]; asks as <see cref="DepthwiseRow"/>.</summary>
    public abstract void DepthwiseWeightGradient(float* x, nint step, nint xRow, nint xColumn, int kernelH, int kernelW, float* dz, nint count, float* dw,
        float* ahead0, float* ahead1);

    /// <summary>dx[i · step + kh · xRow + kw · xColumn] += dz[i] · w[kh, kw].</summary>
    public abstract void DepthwiseScatter(float* dz, nint count, int kernelH, int kernelW, float* w, float* dx, nint step, nint xRow, nint xColumn);

    /// <summary>
    /// Row <paramref name="row"/>, counted from the padding, of the input gradient of a 3×3 convolution with stride 2 and one column of padding: from the rows
    /// of dz before row / 2 and at row / 2, which end with a zero pixel at least.
    /// </summary>
    public abstract void DepthwiseInputGradient(float* before, float* after, float* w, int row, float* dx, nint count, bool add);

    /// <summary>Lane by lane adds dz to the first of rows × columns pixels of dx whose x is <paramref name="max"/>; x and dx have the same distances.</summary>
    public abstract void MaxGradient(float* x, int rows, nint row, int columns, nint column, float* max, float* dz, float* dx);

    /// <summary>dx = <paramref name="gradient"/> · activation′(x), or dx += … when <paramref name="add"/>.</summary>
    public abstract void ActivationGradient(float* x, float* gradient, float* dx, nint count, Activation activation, bool add);

    /// <summary>
    /// Backward of <see cref="KernelFamily.NormalizePixels"/>: dx is written, <paramref name="scaleSums"/> and <paramref name="shiftSums"/> (a float for each
    /// channel) are added to. Blocks of x, gradient and dx are <paramref name="block"/> floats apart.
    /// </summary>
    public abstract void NormalizePixelsGradient(
        float* x, float* gradient, nint block, int channels, float* scale, float epsilon, float* dx, nint count, float* scaleSums, float* shiftSums);
}
