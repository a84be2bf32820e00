using SkinClassifier.Compare.Splits;

namespace SkinClassifier.Compare.Methods;

/// <summary>Says for every image how often each class occurs among the training images: the answer is always the most frequent class.</summary>
internal static class MajorityMethod
{
    public static FoldScores Run(Fold fold)
    {
        int[] counts = fold.Train.CountByLabel();
        float[] shares = [.. counts.Select(c => (float)c / fold.Train.Examples.Count)], scores = new float[fold.Test.Examples.Count * counts.Length];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = shares[i % counts.Length];
        return new FoldScores(scores, 0, 0, 0);
    }
}
