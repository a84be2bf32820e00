namespace SkinClassifier.Kernels;

internal abstract unsafe partial class KernelFamily
{
    /// <summary>y = f(x) over <paramref name="count"/> groups of 16 floats; x and y may be the same.</summary>
    public abstract void Activate(float* x, float* y, nint count, Activation activation);

    /// <summary>y = a + b over <paramref name="count"/> groups of 16 floats.</summary>
    public abstract void Add(float* a, float* b, float* y, nint count);

    /// <summary>y = a · b over <paramref name="count"/> groups of 16 floats.</summary>
    public abstract void Multiply(float* a, float* b, float* y, nint count);

    /// <summary>y = x · scale + shift with the same 16 factors for every one of <paramref name="count"/> pixels; shift may be null.</summary>
    public abstract void Scale(float* x, float* scale, float* shift, float* y, nint count);

    /// <summary>
    /// The largest value of <paramref name="rows"/> × <paramref name="columns"/> pixels, NaN wins; <paramref name="row"/>, <paramref name="column"/>:
    /// distances in floats.
    /// </summary>
    public abstract void MaxOf(float* x, int rows, nint row, int columns, nint column, float* y);

    /// <summary>The sum of <paramref name="rows"/> × <paramref name="columns"/> pixels times <paramref name="factor"/>.</summary>
    public abstract void SumOf(float* x, int rows, nint row, int columns, nint column, float factor, float* y);

    /// <summary>
    /// y = (x − mean) / √(variance + epsilon) · scale + shift with mean and population variance over the <paramref name="channels"/> of each of
    /// <paramref name="count"/> pixels; <paramref name="block"/>, <paramref name="yBlock"/>: floats between blocks of channels.
    /// </summary>
    public abstract void NormalizePixels(float* x, nint block, int channels, float* scale, float* shift, float epsilon, float* y, nint yBlock, nint count);
}
