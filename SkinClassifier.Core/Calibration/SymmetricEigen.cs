namespace SkinClassifier.Calibration;

/// <summary>Eigenvalues and eigenvectors of small symmetric matrices, by Jacobi's rotations.</summary>
internal static class SymmetricEigen
{
    private const int MaxSweeps = 60;

    /// <summary>
    /// Decomposes a matrix [n,n], which is overwritten. Returns the eigenvalues, largest first, and the eigenvectors as rows [n,n], each of length 1.
    /// </summary>
    public static (double[] Values, double[] Vectors) Decompose(double[] matrix, int n)
    {
        double[] vectors = new double[n * n];
        for (int i = 0; i < n; i++)
            vectors[i * n + i] = 1;
        for (int sweep = 0; sweep < MaxSweeps && !IsDiagonal(matrix, n); sweep++)
            for (int p = 0; p < n - 1; p++)
                for (int q = p + 1; q < n; q++)
                    Rotate(matrix, vectors, n, p, q);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => matrix[i * n + i])];
        double[] sorted = new double[n * n];
        for (int i = 0; i < n; i++)
            vectors.AsSpan(order[i] * n, n).CopyTo(sorted.AsSpan(i * n));
        return ([.. order.Select(i => matrix[i * n + i])], sorted);
    }

    private static bool IsDiagonal(double[] matrix, int n)
    {
        double off = 0, diagonal = 0;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                if (i == j)
                    diagonal += matrix[i * n + j] * matrix[i * n + j];
                else
                    off += matrix[i * n + j] * matrix[i * n + j];
        return off <= 1e-26 * diagonal;
    }

    /// <summary>Makes element (p,q) zero.</summary>
    private static void Rotate(double[] matrix, double[] vectors, int n, int p, int q)
    {
        double apq = matrix[p * n + q];
        if (apq == 0)
            return;
        double theta = (matrix[q * n + q] - matrix[p * n + p]) / (2 * apq);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt(theta * theta + 1)), c = 1 / Math.Sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < n; k++)
        {
            double kp = matrix[k * n + p], kq = matrix[k * n + q];
            matrix[k * n + p] = c * kp - s * kq;
            matrix[k * n + q] = s * kp + c * kq;
        }
        for (int k = 0; k < n; k++)
        {
            double pk = matrix[p * n + k], qk = matrix[q * n + k], vp = vectors[p * n + k], vq = vectors[q * n + k];
            matrix[p * n + k] = c * pk - s * qk;
            matrix[q * n + k] = s * pk + c * qk;
            vectors[p * n + k] = c * vp - s * vq;
            vectors[q * n + k] = s * vp + c * vq;
        }
    }
}
