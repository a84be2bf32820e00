namespace SkinClassifier.Kernels;

/// <summary>
/// What a register tile works on: a run of <see cref="Tiles"/> tiles side by side in one output row. Output y is
/// [blocks][…][16] with 16 channels of a pixel in one cache line. Every output sums bias, then input blocks in order, then kernel
/// rows, columns, channels, so its bits do not depend on the size of the tile. All distances are in floats.
/// </summary>
internal unsafe struct ConvolutionTile
{
    /// <summary>Input under the first kernel position of the first output pixel.</summary>
    public float* X;

    /// <summary>Distance between input blocks (NCHW: channels).</summary>
    public nint XBlock;

    /// <summary>Distance between kernel rows: dilation · row.</summary>
    public nint XRow;

    /// <summary>Distance between kernel columns: dilation · 16 (NCHW: dilation).</summary>
    public nint XColumn;

    /// <summary>Distance from tile to tile: pixels · stride · 16 (NCHW: pixels · stride).</summary>
    public nint XStep;

    /// <summary>
    /// Weights of the first output block: [input block][kernel row][column][16 in][16 out] (NCHW: [channel][row][column][16 out]; depthwise:
    /// [row][column][16]).
    /// </summary>
    public float* Weights;

    /// <summary>Distance between the weights of output blocks.</summary>
    public nint WeightBlock;

    /// <summary>16 floats for each output block.</summary>
    public float* Bias;

    /// <summary>Output pixel of the first tile.</summary>
    public float* Y;

    /// <summary>Distance between output blocks.</summary>
    public nint YBlock;

    /// <summary>What is added before clipping, laid out as the output; null when nothing is.</summary>
    public float* Residual;

    /// <summary>Distance between blocks of the residual.</summary>
    public nint ResidualBlock;

    /// <summary>Input blocks of 16 channels (NCHW: channels).</summary>
    public int InputBlocks;

    /// <summary>What a later call reads, asked for while this one computes: the same distance from output block to output block as the weights.</summary>
    public float* Ahead;

    /// <summary>Lines of 16 floats of every output block that are asked for per input block and kernel position.</summary>
    public int AheadLines;

    /// <summary>Depthwise: distance from the input of a tile to input that is asked for meanwhile.</summary>
    public nint XAhead;

    /// <summary>Channels of the last input block that hold something, 1 to 16.</summary>
    public int LastLanes;

    /// <summary>Rows of the kernel.</summary>
    public int KernelHeight;

    /// <summary>Columns of the kernel.</summary>
    public int KernelWidth;

    /// <summary>How many tiles follow each other.</summary>
    public int Tiles;

    /// <summary>Whether the sums go on from what is in the output instead of from the bias.</summary>
    public bool Accumulate;

    /// <summary>Whether results are limited to <see cref="Low"/> … <see cref="High"/>; NaN stays NaN.</summary>
    public bool Clip;

    /// <summary>Lower limit.</summary>
    public float Low;

    /// <summary>Upper limit.</summary>
    public float High;
}
