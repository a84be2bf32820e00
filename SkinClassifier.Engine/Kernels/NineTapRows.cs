using SkinClassifier.Kernels.Generated;

namespace SkinClassifier.Kernels;

/// <summary>The generated rows of 3×3 depthwise convolutions of one instruction set, for strides 1 and 2; see the generated classes for parameters.</summary>
internal sealed unsafe class NineTapRows
{
    private readonly delegate*<float*, nint, float*, float*, float*, nint, bool, float*, float*, void> _row1, _row2;
    private readonly delegate*<float*, nint, float*, nint, float*, float*, float*, void> _weights1, _weights2;

    private NineTapRows(Func<int, nint> row, Func<int, nint> weights, nint one, nint two)
    {
        _row1 = (delegate*<float*, nint, float*, float*, float*, nint, bool, float*, float*, void>)row(1);
        _row2 = (delegate*<float*, nint, float*, float*, float*, nint, bool, float*, float*, void>)row(2);
        _weights1 = (delegate*<float*, nint, float*, nint, float*, float*, float*, void>)weights(1);
        _weights2 = (delegate*<float*, nint, float*, nint, float*, float*, float*, void>)weights(2);
        InputGradientOfOne = (delegate*<float*, float*, float*, nint, bool, void>)one;
        InputGradientOfTwo = (delegate*<float*, float*, float*, float*, float*, nint, bool, void>)two;
    }

    /// <summary>A row of the input's gradient of a stride of 2 from one row of the output's.</summary>
    public delegate*<float*, float*, float*, nint, bool, void> InputGradientOfOne { get; }

    /// <summary>A row of the input's gradient of a stride of 2 from two rows of the output's.</summary>
    public delegate*<float*, float*, float*, float*, float*, nint, bool, void> InputGradientOfTwo { get; }

    /// <summary>The rows of <paramref name="family"/>.</summary>
    public static NineTapRows For(KernelFamily family) => family.Name switch
    {
        "avx512" => new(s => (nint)Avx512DepthwiseRows.GetRow(s), s => (nint)Avx512DepthwiseRows.GetWeightGradient(s),
            (nint)(delegate*<float*, float*, float*, nint, bool, void>)&Avx512DepthwiseRows.InputGradient1,
            (nint)(delegate*<float*, float*, float*, float*, float*, nint, bool, void>)&Avx512DepthwiseRows.InputGradient2),
        "avx2" => new(s => (nint)Avx2DepthwiseRows.GetRow(s), s => (nint)Avx2DepthwiseRows.GetWeightGradient(s),
            (nint)(delegate*<float*, float*, float*, nint, bool, void>)&Avx2DepthwiseRows.InputGradient1,
            (nint)(delegate*<float*, float*, float*, float*, float*, nint, bool, void>)&Avx2DepthwiseRows.InputGradient2),
        _ => new(s => (nint)PortableDepthwiseRows.GetRow(s), s => (nint)PortableDepthwiseRows.GetWeightGradient(s),
            (nint)(delegate*<float*, float*, float*, nint, bool, void>)&PortableDepthwiseRows.InputGradient1,
            (nint)(delegate*<float*, float*, float*, float*, float*, nint, bool, void>)&PortableDepthwiseRows.InputGradient2),
    };

    /// <summary>One row of the convolution.</summary>
    public delegate*<float*, nint, float*, float*, float*, nint, bool, float*, float*, void> Row(int stride) => stride == 1 ? _row1 : _row2;

    /// <summary>A row's part of the gradient of the weights.</summary>
    public delegate*<float*, nint, float*, nint, float*, float*, float*, void> WeightGradient(int stride) => stride == 1 ? _weights1 : _weights2;
}
