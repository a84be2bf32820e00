using SkinClassifier.Calibration;
using SkinClassifier.Common;

namespace SkinClassifier.Tests.Calibration;

public sealed class SymmetricEigenTests
{
    [Test]
    public void A_matrix_of_two_rows_gives_the_values_computed_by_hand()
    {
        (double[] values, double[] vectors) = SymmetricEigen.Decompose([2, 1, 1, 2], 2);
        Assert.That(values, Is.EqualTo(new[] { 3.0, 1.0 }).Within(1e-12));
        Assert.That(Math.Abs(vectors[0]), Is.EqualTo(Math.Sqrt(0.5)).Within(1e-12));
        Assert.That(vectors[0], Is.EqualTo(vectors[1]).Within(1e-12), "the first eigenvector is (1, 1) / √2");
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(20)]
    public void Values_and_vectors_make_the_matrix_again(int n)
    {
        SeededRandom random = new(3);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j <= i; j++)
                matrix[i * n + j] = matrix[j * n + i] = random.NextGaussian();
        (double[] values, double[] vectors) = SymmetricEigen.Decompose([.. matrix], n);
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++)
                Assert.That(Enumerable.Range(0, n).Sum(k => values[k] * vectors[k * n + i] * vectors[k * n + j]), Is.EqualTo(matrix[i * n + j]).Within(1e-9));
        Assert.That(values, Is.Ordered.Descending);
    }
}
