using SkinClassifier.Data;

namespace SkinClassifier.Audit;

/// <summary>Whether a problem of the images is bound to a class, so that a network can recognize the class by it.</summary>
internal static class QualityShares
{
    /// <summary>How many times the share elsewhere the share in a class must be.</summary>
    public const double TimesElsewhere = 2;

    /// <summary>Chance that one of all shares of a dataset is called bound though none is.</summary>
    public const double Significance = 0.01;

    /// <summary>Every class and every problem that is found at all.</summary>
    /// <param name="labels">Class names.</param>
    /// <param name="examples">The images that were looked at.</param>
    /// <param name="findings">What was found.</param>
    public static IReadOnlyList<QualityShare> Of(IReadOnlyList<string> labels, IReadOnlyList<ImageExample> examples, IReadOnlyList<QualityFinding> findings)
    {
        string[] problems = [.. DatasetQuality.Problems.Where(p => findings.Any(f => f.Problem == p))];
        int tests = problems.Length * labels.Count;
        double[] logFactorials = new double[examples.Count + 1];
        for (int i = 1; i < logFactorials.Length; i++)
            logFactorials[i] = logFactorials[i - 1] + Math.Log(i);
        int[] sizes = new int[labels.Count];
        foreach (ImageExample example in examples)
            sizes[example.LabelIndex]++;
        List<QualityShare> shares = [];
        foreach (string problem in problems)
        {
            int[] counts = new int[labels.Count];
            foreach (QualityFinding finding in findings.Where(f => f.Problem == problem))
                counts[finding.Image.LabelIndex]++;
            int all = counts.Sum();
            for (int c = 0; c < labels.Count; c++)
            {
                int others = examples.Count - sizes[c];
                double share = sizes[c] == 0 ? 0 : (double)counts[c] / sizes[c], elsewhere = others == 0 ? 0 : (double)(all - counts[c]) / others;
                bool isBound = others > 0 && share > TimesElsewhere * elsewhere
                    && tests * AtLeast(counts[c], sizes[c], all, examples.Count, logFactorials) < Significance;
                shares.Add(new QualityShare(labels[c], problem, counts[c], share, elsewhere, isBound));
            }
        }
        return shares;
    }

    /// <summary>
    /// Fisher's exact test, one-sided: the probability that at least <paramref name="count"/> of the <paramref name="drawn"/> images of a class have a
    /// problem when the <paramref name="having"/> images that have it are any of all <paramref name="images"/>.
    /// </summary>
    public static double AtLeast(int count, int drawn, int having, int images, double[] logFactorials)
    {
        double sum = 0;
        for (int k = Math.Max(count, drawn + having - images); k <= Math.Min(drawn, having); k++)
            sum += Math.Exp(Choose(having, k) + Choose(images - having, drawn - k) - Choose(images, drawn));
        return Math.Min(1, sum);

        double Choose(int n, int k) => logFactorials[n] - logFactorials[k] - logFactorials[n - k];
    }
}
