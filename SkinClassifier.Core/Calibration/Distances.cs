namespace SkinClassifier.Calibration;

/// <summary>Squared distances of images to the means of the classes, and their residuals. A class without a mean is infinitely far.</summary>
/// <param name="classes">K; the last column of the distances, K, is that of the mean of all images.</param>
/// <param name="count">N.</param>
internal sealed class Distances(int classes, int count)
{
    private readonly float[] _squared = [.. Enumerable.Repeat(float.PositiveInfinity, count * (classes + 1))];

    /// <summary>Residual of each image [N].</summary>
    public float[] Residuals { get; } = new float[count];

    /// <summary>Squared distance of an image to the mean of a class.</summary>
    public ref float Squared(int image, int label) => ref _squared[image * (classes + 1) + label];

    /// <summary>The smallest one of an image.</summary>
    public float Nearest(int image) => Enumerable.Range(0, classes + 1).Min(c => Squared(image, c));

    /// <summary>Takes over what was measured of some of the images.</summary>
    public void Put(int[] images, Distances measured)
    {
        for (int i = 0; i < images.Length; i++)
        {
            Residuals[images[i]] = measured.Residuals[i];
            for (int c = 0; c <= classes; c++)
                Squared(images[i], c) = measured.Squared(i, c);
        }
    }
}
