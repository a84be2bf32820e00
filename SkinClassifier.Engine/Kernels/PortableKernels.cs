using SkinClassifier.Kernels.Generated;

namespace SkinClassifier.Kernels;

/// <summary>Kernels on 128-bit vectors for every processor, laid out for Arm64's 32 registers of 4 floats.</summary>
internal sealed unsafe class PortableKernels : LaneKernels<PortableLanes>
{
    public override string Name => "portable";

    public override int MaxBlocks => 1;

    public override int PixelLimit(int blocks) => 6;

    public override delegate*<ConvolutionTile*, void> Convolution(int pixels, int blocks, int stride) => PortableConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*,
        void> FirstConvolution(int pixels, int blocks, int stride) => PortableFirstConvolutionTiles.Get(pixels, blocks, stride);

    public override delegate*<ConvolutionTile*, void> Depthwise(int pixels, int stride, int columns) => PortableDepthwiseTiles.GetAny(pixels, stride);
}
