namespace SkinClassifier.Data;

/// <summary>
/// Where the pixels of an image lie in the network's input: the center of column x lies at (x + ½) · <paramref name="ScaleX"/> − <paramref name="Left"/> − ½
/// of the input's columns, rows likewise.
/// </summary>
/// <param name="ScaleX">Columns of the input per column of the image.</param>
/// <param name="ScaleY">Rows of the input per row of the image.</param>
/// <param name="Left">Columns of the scaled image that lie left of the input; negative: columns of padding.</param>
/// <param name="Top">Rows of the scaled image that lie above the input; negative: rows of padding.</param>
internal readonly record struct ImagePlacement(double ScaleX, double ScaleY, double Left, double Top)
{
    /// <summary>The column of the input under the center of column <paramref name="x"/> of the image.</summary>
    public double Column(int x) => (x + 0.5) * ScaleX - Left - 0.5;

    /// <summary>The row of the input under the center of row <paramref name="y"/> of the image.</summary>
    public double Row(int y) => (y + 0.5) * ScaleY - Top - 0.5;
}
