using SkinClassifier.Metrics;

namespace SkinClassifier.Audit;

/// <summary>
/// Images whose label is doubtful, found by confident learning: the scores of a model that has not seen an image are compared with what is usual for images
/// of each class. Nothing here says that a label is wrong; a person looks at the first images of the list.
/// </summary>
public static class LabelSuspects
{
    private const int Rounds = 20;

    /// <summary>
    /// Ranks all images, the least probable label first. The probabilities of each class are first scaled so that their mean is the share of the label,
    /// whatever balance of classes the models were trained with. With t_j, the mean probability p_j of the images with label j, an image with label y is a
    /// suspect where y is not its most probable class, and the most probable class among those with p_j ≥ t_j is not y either. Its score is 1 − p_y.
    /// (C. Northcutt, L. Jiang, I. Chuang, Confident Learning, Journal of Artificial Intelligence Research 70, 2021.)
    /// </summary>
    /// <param name="scored">Labels and probabilities [N,K], each image scored by a model that was not trained on it.</param>
    /// <returns>Every image once, equal scores in the order of the images. Empty for fewer than two classes.</returns>
    public static IReadOnlyList<LabelSuspect> Rank(ScoredExamples scored)
    {
        ArgumentNullException.ThrowIfNull(scored);
        if (scored.Classes < 2)
            return [];
        double[][] probabilities = Scaled(scored);
        double[] usual = UsualConfidence(scored, probabilities);
        return [.. probabilities.Select((p, i) => Judge(i, scored.Actual[i], p, usual)).OrderByDescending(s => s.Score).ThenBy(s => s.Index)];
    }

    /// <summary>Ranks the images of a cross-validation (<c>CrossValidationResult.Metrics</c>), by their position in it.</summary>
    /// <inheritdoc cref="Rank(ScoredExamples)"/>
    /// <param name="metrics">Metrics whose scores are by models that had not seen the images.</param>
    public static IReadOnlyList<LabelSuspect> Rank(ImageClassificationMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        return Rank(metrics.Examples);
    }

    /// <summary>Probabilities [N][K] with a factor for each class, found in rounds, so that the mean of a class is its share of the labels.</summary>
    private static double[][] Scaled(ScoredExamples scored)
    {
        int classes = scored.Classes;
        double[][] rows = [.. Enumerable.Range(0, scored.Count).Select(_ => new double[classes])];
        double[] factor = [.. Enumerable.Repeat(1.0, classes)], mean = new double[classes], share = new double[classes];
        foreach (int label in scored.Actual)
            share[label] += 1.0 / scored.Count;
        for (int round = 0; round <= Rounds; round++)
        {
            Array.Clear(mean);
            for (int i = 0; i < rows.Length; i++)
            {
                ReadOnlySpan<float> p = scored.Scores(i);
                double sum = 0;
                for (int c = 0; c < classes; c++)
                    sum += rows[i][c] = p[c] * factor[c];
                for (int c = 0; c < classes; c++)
                    mean[c] += (rows[i][c] = sum > 0 ? rows[i][c] / sum : p[c]) / rows.Length;
            }
            for (int c = 0; c < classes && round < Rounds; c++)
                factor[c] = mean[c] > 0 ? factor[c] * share[c] / mean[c] : factor[c];
        }
        return rows;
    }

    /// <summary>t_j: mean probability of class j among the images with that label; infinite for a class without images, which no image reaches.</summary>
    private static double[] UsualConfidence(ScoredExamples scored, double[][] probabilities)
    {
        double[] sums = new double[scored.Classes];
        int[] counts = new int[scored.Classes];
        for (int i = 0; i < scored.Count; i++)
        {
            sums[scored.Actual[i]] += probabilities[i][scored.Actual[i]];
            counts[scored.Actual[i]]++;
        }
        return [.. sums.Zip(counts, (sum, count) => count == 0 ? double.PositiveInfinity : sum / count)];
    }

    private static LabelSuspect Judge(int image, int label, double[] p, double[] usual)
    {
        int other = label == 0 ? 1 : 0, confident = -1;
        for (int j = 0; j < p.Length; j++)
        {
            if (j != label && p[j] > p[other])
                other = j;
            if (p[j] >= usual[j] && (confident < 0 || p[j] > p[confident]))
                confident = j;
        }
        bool isSuspect = p[other] > p[label] && confident >= 0 && confident != label;
        return new LabelSuspect(image, label, isSuspect ? confident : other, 1 - p[label], isSuspect);
    }
}
