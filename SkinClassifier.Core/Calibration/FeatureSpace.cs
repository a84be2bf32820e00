using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// A small space in which the features of images are compared. Features h [D] are brought to length 1 and centered: z = h/‖h‖ − μ; their coordinates along the
/// r directions in which the training images differ most are p = V z [r]; the coordinates here are w = L⁻¹ p, where L Lᵀ is the covariance of p within the
/// classes. So the squared Mahalanobis distance of two images with one covariance for all classes is plainly ‖w₁ − w₂‖². What lies outside of the r directions
/// is the residual ‖z‖² − ‖p‖².
/// Sources: K. Lee et al., NeurIPS 2018 (class means and a shared covariance); M. Müller, M. Hein, ICML 2025 (length 1); H. Wang et al., CVPR 2022 (residual).
/// </summary>
internal sealed class FeatureSpace
{
    /// <summary>Most directions r.</summary>
    public const int MaxDimensions = 64;

    /// <summary>Minimum number of training images for each direction: no direction is that of a single image.</summary>
    public const int ImagesPerDimension = 8;

    /// <summary>Most numbers that the directions take, 1.6 MB.</summary>
    internal const int MaxNumbers = 400_000;

    private const int MaxFitted = 1 << 22;

    private readonly float[] _mean, _directions, _offsets, _whitening;
    private readonly float _meanSquare;

    private FeatureSpace(float[] mean, float[] directions, float[] whitening)
    {
        (_mean, _directions, _whitening) = (mean, directions, whitening);
        Length = mean.Length;
        Dimensions = directions.Length / Length;
        _meanSquare = TensorPrimitives.SumOfSquares<float>(mean);
        _offsets = new float[Dimensions];
        for (int i = 0; i < Dimensions; i++)
            _offsets[i] = TensorPrimitives.Dot<float>(mean, Direction(i));
    }

    /// <summary>D.</summary>
    public int Length { get; }

    /// <summary>r.</summary>
    public int Dimensions { get; }

    /// <summary>The space of the training images.</summary>
    /// <param name="features">[N,D].</param>
    /// <param name="length">D.</param>
    /// <param name="labels">Classes [N], 0-based.</param>
    /// <param name="classes">K.</param>
    /// <param name="workers">Who computes; their number does not change a bit.</param>
    /// <returns>The space; null when there are fewer than <see cref="ImagesPerDimension"/> images, or all of them are the same to the network.</returns>
    public static FeatureSpace? Fit(ReadOnlySpan<float> features, int length, IReadOnlyList<int> labels, int classes, WorkerPool workers)
    {
        int count = labels.Count, wanted = Math.Min(Math.Min(MaxDimensions, count / ImagesPerDimension), Math.Min(length, MaxNumbers / length));
        if (wanted < 1)
            return null;
        float[] mean = Mean(features, length);
        // Directions from at most 2²² numbers, of images at even steps: more change them little.
        int fitted = Math.Min(count, Math.Max(256, MaxFitted / length));
        float[] rows = new float[fitted * length];
        for (int i = 0; i < fitted; i++)
        {
            Span<float> row = rows.AsSpan(i * length, length);
            Normalize(features.Slice((int)((long)i * count / fitted) * length, length), row);
            TensorPrimitives.Subtract(row, mean, row);
        }
        float[] directions = PrincipalDirections.Find(rows, length, wanted, workers);
        int r = directions.Length / length;
        if (r == 0)
            return null;
        FeatureSpace plain = new(mean, directions, Identity(r));
        float[] coordinates = new float[count * r];
        for (int n = 0; n < count; n++)
            plain.Project(features.Slice(n * length, length), coordinates.AsSpan(n * r, r));
        return new FeatureSpace(mean, directions, Whitening(coordinates, r, labels, classes));
    }

    /// <summary>Writes the coordinates w [r] of features [D] and returns the residual, 0 or more. Allocates nothing.</summary>
    public float Project(ReadOnlySpan<float> features, Span<float> coordinates)
    {
        float norm = TensorPrimitives.Norm(features), scale = norm > 0 ? 1 / norm : 0;
        Span<float> along = stackalloc float[MaxDimensions];
        double inside = 0;
        for (int i = 0; i < Dimensions; i++)
        {
            along[i] = scale * TensorPrimitives.Dot(features, Direction(i)) - _offsets[i];
            inside += (double)along[i] * along[i];
        }
        for (int i = 0; i < Dimensions; i++)
            coordinates[i] = TensorPrimitives.Dot(_whitening.AsSpan(i * Dimensions, i + 1), along[..(i + 1)]);
        double all = (norm > 0 ? 1 : 0) + _meanSquare - 2.0 * scale * TensorPrimitives.Dot(features, _mean);
        return (float)Math.Max(0, all - inside);
    }

    /// <summary>Writes the space.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Length);
        writer.Write(Dimensions);
        writer.WriteNumbers(_mean);
        writer.WriteNumbers(_directions);
        for (int i = 0; i < Dimensions; i++)
            writer.WriteNumbers(_whitening.AsSpan(i * Dimensions, i + 1));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidContentException">Sizes or numbers that cannot be.</exception>
    public static FeatureSpace Read(BinaryReader reader, string where)
    {
        int length = reader.ReadInt32(), r = reader.ReadInt32();
        if (length < 1 || r < 1 || r > MaxDimensions || r > length || (long)length * r > MaxNumbers)
            throw new InvalidContentException($"{where}: feature space: expected 1 to {MaxDimensions} directions of at most {MaxNumbers} numbers together, "
                + $"received {r} of {length}. The file is damaged; save the model again.");
        float[] mean = reader.ReadNumbers(length, where), directions = reader.ReadNumbers(length * r, where), whitening = new float[r * r];
        for (int i = 0; i < r; i++)
            reader.ReadNumbers(i + 1, where).CopyTo(whitening.AsSpan(i * r));
        return new FeatureSpace(mean, directions, whitening);
    }

    private ReadOnlySpan<float> Direction(int index) => _directions.AsSpan(index * Length, Length);

    private static void Normalize(ReadOnlySpan<float> features, Span<float> destination)
    {
        float norm = TensorPrimitives.Norm(features);
        TensorPrimitives.Multiply(features, norm > 0 ? 1 / norm : 0, destination);
    }

    private static float[] Mean(ReadOnlySpan<float> features, int length)
    {
        int count = features.Length / length;
        double[] sum = new double[length], row = new double[length];
        float[] normalized = new float[length];
        for (int n = 0; n < count; n++)
        {
            Normalize(features.Slice(n * length, length), normalized);
            TensorPrimitives.ConvertTruncating<float, double>(normalized, row);
            TensorPrimitives.Add<double>(sum, row, sum);
        }
        return [.. sum.Select(s => (float)(s / count))];
    }

    private static float[] Identity(int n)
    {
        float[] matrix = new float[n * n];
        for (int i = 0; i < n; i++)
            matrix[i * n + i] = 1;
        return matrix;
    }

    /// <summary>
    /// L⁻¹ [r,r], lower triangular, of the covariance S = L Lᵀ of the coordinates p [N,r] around the means of their classes. With few images S is drawn towards
    /// a ball: (1 − s) S + s · tr(S)/r · I with s = r / (r + N).
    /// </summary>
    private static float[] Whitening(float[] coordinates, int r, IReadOnlyList<int> labels, int classes)
    {
        int count = labels.Count;
        double[] means = new double[classes * r], covariance = new double[r * r], difference = new double[r];
        int[] counts = new int[classes];
        for (int n = 0; n < count; n++)
        {
            counts[labels[n]]++;
            for (int i = 0; i < r; i++)
                means[labels[n] * r + i] += coordinates[n * r + i];
        }
        for (int i = 0; i < means.Length; i++)
            means[i] /= Math.Max(1, counts[i / r]);
        for (int n = 0; n < count; n++)
        {
            for (int i = 0; i < r; i++)
                difference[i] = coordinates[n * r + i] - means[labels[n] * r + i];
            for (int i = 0; i < r; i++)
                for (int j = 0; j <= i; j++)
                    covariance[i * r + j] += difference[i] * difference[j] / count;
        }
        double ball = 0, share = (double)r / (r + count);
        for (int i = 0; i < r; i++)
            ball += covariance[i * r + i] / r;
        ball = Math.Max(ball, 1e-12);
        for (int i = 0; i < r; i++)
            for (int j = 0; j <= i; j++)
                covariance[i * r + j] = (1 - share) * covariance[i * r + j] + (i == j ? share * ball : 0);
        return InverseFactor(covariance, r);
    }

    /// <summary>L⁻¹ of a positive definite matrix L Lᵀ, of which the lower triangle is given; it is overwritten by L.</summary>
    private static float[] InverseFactor(double[] matrix, int n)
    {
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
            {
                double sum = matrix[i * n + j];
                for (int k = 0; k < j; k++)
                    sum -= matrix[i * n + k] * matrix[j * n + k];
                matrix[i * n + j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-15)) : sum / matrix[j * n + j];
            }
        double[] inverse = new double[n * n];
        for (int j = 0; j < n; j++)
            for (int i = j; i < n; i++)
            {
                double sum = i == j ? 1 : 0;
                for (int k = j; k < i; k++)
                    sum -= matrix[i * n + k] * inverse[k * n + j];
                inverse[i * n + j] = sum / matrix[i * n + i];
            }
        return [.. inverse.Select(v => (float)v)];
    }
}
