using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkinClassifier.Compare.Splits;

namespace SkinClassifier.Compare.Methods;

/// <summary>One of ML.NET's trainers on features that are already there.</summary>
internal static class LearnerMethod
{
    public static FoldScores Run(Learner learner, FeatureRows features, Fold fold, int classes, ulong seed, int threads, CancellationToken cancellationToken)
    {
        MLContext context = new((int)(seed % int.MaxValue));
        IDataView train = features.View(context, fold.Train, classes), test = features.View(context, fold.Test, classes);
        Stopwatch watch = Stopwatch.StartNew();
        Task<ITransformer> fit = Task.Run(() => learner.Create(context, threads).Fit(context.Data.Cache(train)), cancellationToken);
        // ML.NET's context has no public way to stop a trainer; a cancelled one is left to itself until the program ends.
        fit.Wait(cancellationToken);
        ITransformer model = fit.Result;
        double training = watch.Elapsed.TotalSeconds;
        watch.Restart();
        float[] scores = Scores(model.Transform(test), fold.Test.Examples.Count, classes);
        double scoring = watch.Elapsed.TotalSeconds;
        using MemoryStream file = new();
        context.Model.Save(model, train.Schema, file);
        return new FoldScores(scores, features.SecondsPerImage * fold.Train.Examples.Count + training,
            1000 * (features.SecondsPerImage + scoring / fold.Test.Examples.Count), (file.Length + features.Bytes) / 1e6);
    }

    /// <summary>Probabilities [N,K]; where a calibration gives 0 for all classes, all classes are equally probable.</summary>
    private static float[] Scores(IDataView scored, int count, int classes)
    {
        float[] scores = new float[count * classes];
        int row = 0;
        foreach (VBuffer<float> values in scored.GetColumn<VBuffer<float>>("Score"))
        {
            Span<float> to = scores.AsSpan(row++ * classes, classes);
            values.CopyTo(to);
            float sum = 0;
            foreach (float value in to)
                sum += value;
            for (int c = 0; c < classes; c++)
                to[c] = sum > 0 ? to[c] / sum : 1f / classes;
        }
        return scores;
    }
}
