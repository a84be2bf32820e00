namespace SkinClassifier.Graphs;

/// <summary>Height and width of a kernel, stride or padding; a single number means both.</summary>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>The same number for height and width.</summary>
    public static implicit operator Extent(int both) => new(both, both);

    /// <summary>The same number for height and width.</summary>
    public static Extent FromInt32(int both) => both;
}
