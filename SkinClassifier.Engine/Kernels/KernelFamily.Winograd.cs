namespace SkinClassifier.Kernels;

/// <content>
/// Winograd convolution F(4×4, 3×3): 6×6 input pixels become 36 numbers whose products with 36 transformed weights, summed over
/// channels, give 4×4 outputs: 36 instead of 144 multiplications. F(2×2, 3×3) makes 2×2 outputs of 4×4 pixels with 16 instead of 36.
/// Source: Lavin and Gray, 2015.
/// </content>
internal abstract unsafe partial class KernelFamily
{
    /// <summary>Rows of G for 2×2 outputs.</summary>
    public static ReadOnlySpan<double> SmallWinogradWeights => [1, 0, 0, 0.5, 0.5, 0.5, 0.5, -0.5, 0.5, 0, 0, 1];

    /// <summary>Rows of G for 4×4 outputs: transformed weights are G · g · Gᵀ for a 3×3 kernel g.</summary>
    public static ReadOnlySpan<double> WinogradWeights =>
        [1 / 4.0, 0, 0, -1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0, 1 / 6.0, -1 / 6.0, 1 / 24.0, 1 / 12.0, 1 / 6.0, 1 / 24.0, -1 / 12.0, 1 / 6.0, 0, 0, 1];

    /// <summary>
    /// v = Bᵀ · x · B for one block of channels: 6×6 pixels, rows <paramref name="row"/> floats apart, to 36 groups <paramref name="step"/> floats
    /// apart.
    /// </summary>
    public abstract void WinogradInput(float* x, nint row, float* v, nint step);

    /// <summary>
    /// y = activation(Aᵀ · m · A + bias + residual) for one block of channels: 36 groups <paramref name="step"/> floats apart to at most 4×4 pixels.
    /// </summary>
    public abstract void WinogradOutput(float* m, nint step, in WinogradTile tile);

    /// <summary>As <see cref="WinogradInput"/>, from 4×4 pixels to 16 groups.</summary>
    public abstract void SmallWinogradInput(float* x, nint row, float* v, nint step);

    /// <summary>As <see cref="WinogradOutput"/>, from 16 groups to at most 2×2 pixels.</summary>
    public abstract void SmallWinogradOutput(float* m, nint step, in WinogradTile tile);
}

/// <summary>Where one transformed tile goes.</summary>
internal unsafe struct WinogradTile
{
    /// <summary>First output pixel.</summary>
    public float* Y;

    /// <summary>Floats between output rows.</summary>
    public nint YRow;

    /// <summary>What is added, laid out as the output; may be null.</summary>
    public float* Residual;

    /// <summary>Floats between its rows.</summary>
    public nint ResidualRow;

    /// <summary>16 floats.</summary>
    public float* Bias;

    /// <summary>Rows that exist.</summary>
    public int Rows;

    /// <summary>Columns that exist.</summary>
    public int Columns;

    /// <summary>Lower limit; −∞ for none.</summary>
    public float Low;

    /// <summary>Upper limit; +∞ for none.</summary>
    public float High;
}
