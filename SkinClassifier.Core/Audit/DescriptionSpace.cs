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

    private readonly float[] _directions, _offsets;

    private DescriptionSpace(float[] directions, float[] offsets) => (_directions, _offsets) = (directions, offsets);

    /// <summary>Number of components.</summary>
    public int Length => _offsets.Length;

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
        workers.Run(count, n =>
        {
            Span<float> row = rows.AsSpan(n * length, length);
            TensorPrimitives.Subtract(row, mean, row);
            TensorPrimitives.Multiply(row, scale, row);
        });
        float[] directions = PrincipalDirections.Find(rows, length, wanted, workers);
        int found = directions.Length / length;
        if (found == 0)
            return null;
        // Along a direction of unit length the values have some variance; scaled by its root, they have variance one. The standardization goes into the
        // directions and an offset of each.
        float[] offsets = new float[found];
        workers.Run(found, c =>
        {
            Span<float> direction = directions.AsSpan(c * length, length);
            double squares = 0;
            for (int n = 0; n < count; n++)
                squares += Math.Pow(TensorPrimitives.Dot<float>(rows.AsSpan(n * length, length), direction), 2);
            TensorPrimitives.Multiply(direction, (float)(1 / Math.Sqrt(squares / count + 1e-12)), direction);
            TensorPrimitives.Multiply(direction, scale, direction);
            offsets[c] = TensorPrimitives.Dot<float>(mean, direction);
        });
        return new DescriptionSpace(directions, offsets);
    }

    /// <summary>Writes the components [<see cref="Length"/>] of a description, of length one. Allocates nothing.</summary>
    public void Project(ReadOnlySpan<float> description, Span<float> components)
    {
        for (int c = 0; c < components.Length; c++)
            components[c] = TensorPrimitives.Dot(description, _directions.AsSpan(c * description.Length, description.Length)) - _offsets[c];
        float norm = TensorPrimitives.Norm<float>(components);
        TensorPrimitives.Multiply(components, norm > 0 ? 1 / norm : 0, components);
    }
}
