using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Layout;

/// <summary>
/// Images as fast kernels want them, NCHW16c: [N][C/16][rows][columns][16], placed in memory when all tensors of a plan are known. Prediction
/// puts a border of zeros around every plane, as wide as the convolutions that read it need, and lanes beyond the last channel hold finite numbers
/// that no weight picks up. Training has no borders, and zeros in those lanes.
/// </summary>
internal sealed unsafe class BlockedTensor
{
    /// <summary>Lays out <paramref name="images"/> images.</summary>
    public BlockedTensor(int images, int channels, int height, int width, Border border = default)
    {
        (Images, Channels, Height, Width, Border) = (images, channels, height, width, border);
        Blocks = (channels + 15) / 16;
        Row = (nint)(width + border.Left + border.Right) * 16;
        Block = Row * (height + border.Top + border.Bottom);
        Image = Block * Blocks;
        Buffer = new PlanBuffer((long)Image * images);
    }

    /// <summary>Lays out images of shape [N,C,H,W] without a border.</summary>
    public BlockedTensor(TensorShape shape) : this(shape[0], shape[1], shape[2], shape[3])
    {
    }

    /// <summary>Number of images.</summary>
    public int Images { get; }

    /// <summary>Channels in use.</summary>
    public int Channels { get; }

    /// <summary>Blocks of 16 channels.</summary>
    public int Blocks { get; }

    /// <summary>Rows without border.</summary>
    public int Height { get; }

    /// <summary>Columns without border.</summary>
    public int Width { get; }

    /// <summary>Zeros around every plane.</summary>
    public Border Border { get; }

    /// <summary>Pixels of an image without border.</summary>
    public int Pixels => Height * Width;

    /// <summary>Floats from row to row.</summary>
    public nint Row { get; }

    /// <summary>Floats from block to block.</summary>
    public nint Block { get; }

    /// <summary>Floats from image to image.</summary>
    public nint Image { get; }

    /// <summary>Whether all pixels of a plane follow each other without a gap.</summary>
    public bool IsFlat => Border == default;

    /// <summary>Floats of all images.</summary>
    public long Length => Buffer.Length;

    /// <summary>Channels in the last block, 1 to 16.</summary>
    public int LastLanes => Channels - (Blocks - 1) * 16;

    /// <summary>The memory.</summary>
    public PlanBuffer Buffer { get; }

    /// <summary>Another tensor of the same layout, with memory of its own.</summary>
    public BlockedTensor Like() => new(Images, Channels, Height, Width, Border);

    /// <summary>Channels in block <paramref name="block"/>.</summary>
    public int Lanes(int block) => block == Blocks - 1 ? LastLanes : 16;

    /// <summary>First float of block <paramref name="block"/> of image <paramref name="image"/>; its border included.</summary>
    public float* At(int image, int block) => Buffer.Pointer + image * Image + block * Block;

    /// <summary>The pixel; row and column may lie in the border.</summary>
    public float* At(int image, int block, int row, int column) =>
        Buffer.Pointer + image * Image + block * Block + (row + Border.Top) * Row + (nint)(column + Border.Left) * 16;

    /// <summary>Writes zeros left and right of rows [from, to), and above and below where the rows reach the edge.</summary>
    public void ClearBorder(int image, int block, int from, int to)
    {
        if (IsFlat)
            return;
        if (from == 0 && Border.Top > 0)
            Clear(At(image, block, -Border.Top, -Border.Left), Border.Top * Row);
        if (to == Height && Border.Bottom > 0)
            Clear(At(image, block, Height, -Border.Left), Border.Bottom * Row);
        for (int row = from; row < to; row++)
        {
            Clear(At(image, block, row, -Border.Left), Border.Left * 16);
            Clear(At(image, block, row, Width), Border.Right * 16);
        }
    }

    private static void Clear(float* from, nint floats) => new Span<float>(from, (int)floats).Clear();
}

/// <summary>Pixels around a plane.</summary>
internal readonly record struct Border(int Top, int Left, int Bottom, int Right)
{
    /// <summary>Wide enough for both.</summary>
    public Border With(Border other) => new(Math.Max(Top, other.Top), Math.Max(Left, other.Left), Math.Max(Bottom, other.Bottom), Math.Max(Right, other.Right));
}
