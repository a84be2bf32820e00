using System.Numerics.Tensors;
using SkinClassifier.Common;

namespace SkinClassifier.Calibration;

/// <summary>
/// The directions in which vectors differ most: the first eigenvectors of their covariance, by subspace iteration with more vectors than are wanted and one
/// Rayleigh-Ritz step at the end (N. Halko, P. G. Martinsson, J. A. Tropp, SIAM Review 53, 2011). The covariance itself is never made.
/// </summary>
internal static class PrincipalDirections
{
    private const int Extra = 16, Iterations = 5, BlockSize = 8;

    /// <summary>Finds them.</summary>
    /// <param name="rows">Centered vectors [N,D].</param>
    /// <param name="length">D.</param>
    /// <param name="wanted">Number of directions.</param>
    /// <param name="workers">Who computes; their number does not change a bit.</param>
    /// <returns>Orthonormal rows [r,D], the direction of largest variance first; r is smaller than wanted where the vectors do not differ in more.</returns>
    public static float[] Find(float[] rows, int length, int wanted, WorkerPool workers)
    {
        int count = rows.Length / length, size = Math.Min(wanted + Extra, Math.Min(count, length));
        float[] directions = new float[size * length], next = new float[size * length];
        SeededRandom random = new(1, 0x5041_5254);
        foreach (ref float value in directions.AsSpan())
            value = (float)random.NextGaussian();
        Orthonormalize(directions, length);
        for (int i = 0; i < Iterations; i++)
        {
            if (i > 0)
            {
                Orthonormalize(next, length);
                (directions, next) = (next, directions);
            }
            Multiply(rows, length, directions, next, workers);
        }
        double[] ritz = new double[size * size];
        for (int i = 0; i < size; i++)
            for (int j = i; j < size; j++)
                ritz[i * size + j] = ritz[j * size + i] =
                    TensorPrimitives.Dot<float>(directions.AsSpan(i * length, length), next.AsSpan(j * length, length)) / count;
        (double[] variances, double[] rotation) = SymmetricEigen.Decompose(ritz, size);
        int kept = 0;
        while (kept < Math.Min(wanted, size) && variances[kept] > 1e-9 * variances[0] && variances[kept] > 1e-12)
            kept++;
        float[] result = new float[kept * length];
        for (int i = 0; i < kept; i++)
            for (int j = 0; j < size; j++)
                TensorPrimitives.MultiplyAdd(directions.AsSpan(j * length, length), (float)rotation[i * size + j], result.AsSpan(i * length, length),
                    result.AsSpan(i * length, length));
        Orthonormalize(result, length);
        return result;
    }

    /// <summary>next = directions · Σ x xᵀ; a block of directions goes through all rows at a time, in their order.</summary>
    private static void Multiply(float[] rows, int length, float[] directions, float[] next, WorkerPool workers)
    {
        int count = rows.Length / length, size = directions.Length / length;
        Array.Clear(next);
        workers.Run((size + BlockSize - 1) / BlockSize, block =>
        {
            for (int n = 0; n < count; n++)
            {
                ReadOnlySpan<float> row = rows.AsSpan(n * length, length);
                for (int i = block * BlockSize; i < Math.Min((block + 1) * BlockSize, size); i++)
                {
                    float along = TensorPrimitives.Dot(row, directions.AsSpan(i * length, length));
                    Span<float> sum = next.AsSpan(i * length, length);
                    TensorPrimitives.MultiplyAdd(row, along, sum, sum);
                }
            }
        });
    }

    /// <summary>Gram-Schmidt, twice for exactness; a row that depends on those before it becomes zero.</summary>
    private static void Orthonormalize(float[] rows, int length)
    {
        for (int i = 0; i < rows.Length / length; i++)
        {
            Span<float> row = rows.AsSpan(i * length, length);
            float before = TensorPrimitives.Norm<float>(row);
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++)
                {
                    ReadOnlySpan<float> other = rows.AsSpan(j * length, length);
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<float>(row, other), row, row);
                }
            float norm = TensorPrimitives.Norm<float>(row);
            if (norm > 1e-5f * before && norm > 0)
                TensorPrimitives.Multiply(row, 1 / norm, row);
            else
                row.Clear();
        }
    }
}
