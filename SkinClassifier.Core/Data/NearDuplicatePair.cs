namespace SkinClassifier.Data;

/// <summary>Two images that show the same thing: copies that were turned, mirrored, cropped, recompressed or changed in brightness.</summary>
/// <param name="First">The earlier one of the dataset.</param>
/// <param name="Second">The later one.</param>
/// <param name="Distance">0: the same; 1: no nearer to each other than to other images of the dataset.</param>
internal sealed record NearDuplicatePair(ImageExample First, ImageExample Second, double Distance)
{
    /// <summary>Whether the two stand in different sets.</summary>
    public bool CrossesSets => First.Split != Second.Split;

    /// <summary>Whether the two have different classes.</summary>
    public bool CrossesClasses => First.LabelIndex != Second.LabelIndex;
}
