namespace SkinClassifier.KernelGenerator;

/// <summary>All files that this generator writes.</summary>
internal static class KernelFiles
{
    /// <summary>File names and contents, in a fixed order.</summary>
    public static IEnumerable<(string Name, string Content)> All()
    {
        foreach (VectorFamily family in VectorFamily.All)
        {
            yield return ($"{family.Name}ConvolutionTiles.g.cs", TileWriter.Convolutions(family));
            yield return ($"{family.Name}FirstConvolutionTiles.g.cs", TileWriter.FirstConvolutions(family));
            yield return ($"{family.Name}DepthwiseTiles.g.cs", DepthwiseWriter.Write(family));
            yield return ($"{family.Name}OuterProducts.g.cs", OuterProductWriter.Write(family));
        }
    }
}
