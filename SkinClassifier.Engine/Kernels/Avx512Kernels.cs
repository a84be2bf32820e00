using SkinClassifier.Kernels.Generated;

namespace SkinClassifier.Kernels;

/// <summary>AVX-512 kernels: 32 registers of 16 floats.</summary>
internal sealed unsafe class Avx512Kernels : LaneKernels<Avx512Lanes>
{
    /// <summary>Whether this machine has the instructions.</summary>
    public static bool IsSupported => System.Runtime.Intrinsics.X86.Avx512F.IsSupported;

    public override string Name => "avx512";

    public override int MaxBlocks => 4;

    public override int PixelLimit(int blocks) => blocks switch { 1 or 2 => 14, 3 => 9, _ => 6 };

    public override delegate*<ConvolutionTile*, void> Convolution(int pixels, int blocks, int stride) => Avx512ConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*,
        void> FirstConvolution(int pixels, int blocks, int stride) => Avx512FirstConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*, void> Depthwise(int pixels, int stride, int columns) => columns switch
    {
        3 => Avx512DepthwiseTiles.GetNine(pixels, stride),
        5 or 7 => Avx512DepthwiseTiles.GetWide(pixels, stride, columns),
        _ => Avx512DepthwiseTiles.GetAny(pixels, stride),
    };
}
