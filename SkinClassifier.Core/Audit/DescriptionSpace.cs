using System.Numerics.Tensors;
using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Audit;

/// <summary>
/// Descriptions of images made comparable: every value standardized, then the first principal components, each scaled to variance one, then length one.
/// What most images of a dataset share (skin, light, a lesion in the middle) counts no more than what only two of them share.
/// </summary>
internal sealed class DescriptionSpace
{
    /// <summary>Most components.</summary>
    public const int MaxComponents = 256;

    /// <summary>Images for each component.</summary>
    public const int ImagesPerComponent = 8;

    private readonly float[] _mean, _scale, _directions;

    private DescriptionSpace(float[] mean, float[] scale, float[] directions) => (_mean, _scale, _directions) = (mean, scale, directions);

    /// <summary>Number of components.</summary>
    public int Length => _directions.Length / _mean.Length;

    /// <summary>Finds the space of some images.</summary>
    /// <param name="rows">[N,D]; they are standardized in place.</param>
    /// <param name="length">D.</param>
    /// <param name="workers">Who computes; their number changes nothing.</param>
    /// <returns>Null when the images are too few or all the same.</returns>
    public static DescriptionSpace? Fit(float[] rows, int length, WorkerPool workers)
    {
        int count = rows.Length / length, wanted = Math.Min(MaxComponents, Math.Min(count / ImagesPerComponent, length));
        if (wanted < 1)
            return null;
        float[] mean = new float[length], scale = new float[length];
        for (int k = 0; k < length; k++)
        {
            double sum = 0, squares = 0;
            for (int n = 0; n < count; n++)
                sum += rows[n * length + k];
            for (int n = 0; n < count; n++)
                squares += Math.Pow(rows[n * length + k] - sum / count, 2);
            mean[k] = (float)(sum / count);
            scale[k] = squares > 1e-12 * count ? (float)(1 / Math.Sqrt(squares / count)) : 0;
        }
        workers.Run(count, n => Standardize(rows.AsSpan(n * length, length), mean, scale));
        float[] directions = PrincipalDirections.Find(rows, length, wanted, workers);
        int found = directions.Length / length;
        if (found == 0)
            return null;
        // Along a direction of unit length the values have some variance; scaled by its root, they have variance one.
        double[] squaresAlong = new double[found];
        workers.Run(found, c =>
        {
            for (int n = 0; n < count; n++)
                squaresAlong[c] += Math.Pow(TensorPrimitives.Dot<float>(rows.AsSpan(n * length, length), directions.AsSpan(c * length, length)), 2);
        });
        for (int c = 0; c < found; c++)
            TensorPrimitives.Multiply(directions.AsSpan(c * length, length), (float)(1 / Math.Sqrt(squaresAlong[c] / count + 1e-12)),
                directions.AsSpan(c * length, length));
        return new DescriptionSpace(mean, scale, directions);
    }

    /// <summary>Writes the components [<see cref="Length"/>] of a description, of length one.</summary>
    public void Project(ReadOnlySpan<float> description, Span<float> components)
    {
        int length = _mean.Length;
        Span<float> standardized = new float[length];
        description.CopyTo(standardized);
        Standardize(standardized, _mean, _scale);
        for (int c = 0; c < components.Length; c++)
            components[c] = TensorPrimitives.Dot<float>(standardized, _directions.AsSpan(c * length, length));
        float norm = TensorPrimitives.Norm<float>(components);
        TensorPrimitives.Multiply(components, norm > 0 ? 1 / norm : 0, components);
    }

    private static void Standardize(Span<float> row, float[] mean, float[] scale)
    {
        TensorPrimitives.Subtract(row, mean, row);
        TensorPrimitives.Multiply(row, scale, row);
    }
}
