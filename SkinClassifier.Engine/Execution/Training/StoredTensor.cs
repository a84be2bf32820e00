using SkinClassifier.Tensors;

namespace SkinClassifier.Execution.Training;

/// <summary>Shape of a value in blocks of 16 channels, [N][C/16][H·W][16]; lanes past the last channel hold zeros.</summary>
internal sealed class BlockedShape(TensorShape shape)
{
    /// <summary>Images.</summary>
    public int Batch { get; } = shape[0];

    /// <summary>Channels.</summary>
    public int Channels { get; } = shape[1];

    /// <summary>Blocks of 16 channels.</summary>
    public int Blocks { get; } = (shape[1] + 15) / 16;

    /// <summary>Rows.</summary>
    public int Height { get; } = shape[2];

    /// <summary>Columns.</summary>
    public int Width { get; } = shape[3];

    /// <summary>Pixels of an image.</summary>
    public int Pixels => Height * Width;

    /// <summary>Floats of one block of one image.</summary>
    public nint Plane => (nint)Pixels * 16;

    /// <summary>Floats of the whole tensor.</summary>
    public long Length => (long)Batch * Blocks * Plane;

    /// <summary>Channels in the last block, 1 to 16.</summary>
    public int LastLanes => Channels - (Blocks - 1) * 16;

    /// <summary>Channels in block <paramref name="block"/>.</summary>
    public int Lanes(int block) => block == Blocks - 1 ? LastLanes : 16;
}

/// <summary>A blocked tensor, placed in memory when all tensors of a plan are known.</summary>
internal sealed unsafe class StoredTensor(BlockedShape shape)
{
    private float* _start;

    /// <summary>Its shape.</summary>
    public BlockedShape Shape { get; } = shape;

    /// <summary>Says where it lies.</summary>
    public void Place(float* start) => _start = start;

    /// <summary>First float of block <paramref name="block"/> of image <paramref name="image"/>.</summary>
    public float* At(int image, int block) => _start + ((nint)image * Shape.Blocks + block) * Shape.Plane;
}
