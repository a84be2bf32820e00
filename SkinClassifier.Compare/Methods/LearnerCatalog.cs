using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace SkinClassifier.Compare.Methods;

/// <summary>
/// The trainers of ML.NET that are compared, with their defaults. Linear ones get features of mean 0 and deviation 1, as the library's head does. SDCA runs
/// on one thread: on several it is not reproducible.
/// </summary>
internal static class LearnerCatalog
{
    private const string Platt = "Platt's calibration of each class on the training images, divided by the sum";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Learner> All { get; } =
    [
        new Learner("lbfgs", "L-BFGS", "softmax", (context, threads) => Scaled(context).Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = threads }))),
        new Learner("lightgbm", "LightGBM", "softmax", (context, threads) => context.MulticlassClassification.Trainers.LightGbm(
            new LightGbmMulticlassTrainer.Options { NumberOfThreads = threads, Seed = 1 })),
        new Learner("fast-forest", "FastForest, one-versus-all", Platt, (context, threads) => context.MulticlassClassification.Trainers.OneVersusAll(
            context.BinaryClassification.Trainers.FastForest(new FastForestBinaryTrainer.Options { NumberOfThreads = threads }))),
        new Learner("svm", "linear SVM, one-versus-all", Platt, (context, _) => Scaled(context).Append(context.MulticlassClassification.Trainers.OneVersusAll(
            context.BinaryClassification.Trainers.LinearSvm(new LinearSvmTrainer.Options { NumberOfIterations = 10 })))),
        new Learner("sdca", "SDCA", "softmax", (context, _) => Scaled(context).Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            new SdcaMaximumEntropyMulticlassTrainer.Options { NumberOfThreads = 1 }))),
    ];

    private static IEstimator<ITransformer> Scaled(MLContext context) => context.Transforms.NormalizeMeanVariance("Features", fixZero: false);
}
