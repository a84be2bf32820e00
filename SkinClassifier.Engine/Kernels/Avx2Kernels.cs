using SkinClassifier.Kernels.Generated;

namespace SkinClassifier.Kernels;

/// <summary>AVX2 kernels with fused multiply-add: 16 registers of 8 floats.</summary>
internal sealed unsafe class Avx2Kernels : LaneKernels<Avx2Lanes>
{
    /// <summary>Whether this machine has the instructions.</summary>
    public static bool IsSupported => System.Runtime.Intrinsics.X86.Avx2.IsSupported && System.Runtime.Intrinsics.X86.Fma.IsSupported;

    public override string Name => "avx2";

    public override int MaxBlocks => 1;

    public override int PixelLimit(int blocks) => 6;

    public override delegate*<ConvolutionTile*, void> Convolution(int pixels, int blocks, int stride) => Avx2ConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*,
        void> FirstConvolution(int pixels, int blocks, int stride) => Avx2FirstConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*, void> Depthwise(int pixels, int stride, int columns) => Avx2DepthwiseTiles.GetAny(pixels, stride);
}
