using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.MLNet;
using SkinClassifier.Models;

namespace SkinClassifier.Tests.MLNet;

public sealed class NamesBesideMlNetTests
{
    /// <summary>Generic types of another number of parameters have other names: PredictionEngine and PredictionEngine`2.</summary>
    [Test]
    public void No_public_type_of_ours_has_the_name_of_one_of_ML_NET()
    {
        string[] theirs = Names(typeof(MLContext), typeof(MLImage), typeof(SdcaMaximumEntropyMulticlassTrainer), typeof(IDataView),
            typeof(ImageEstimatorsCatalog), typeof(Microsoft.ML.Runtime.IHost), typeof(PredictionEngineOptions), typeof(NormalizationCatalog));
        string[] ours = Names(typeof(RgbImage), typeof(ImageClassificationModel), typeof(ImageNetworkTrainer), typeof(IPredictionEnginePools));
        Assert.That(theirs, Has.Length.GreaterThan(300));
        Assert.That(ours.Intersect(theirs), Is.Empty);
    }

    private static string[] Names(params Type[] types) => [.. types.Select(t => t.Assembly).Distinct()
        .SelectMany(a => a.GetExportedTypes()).Where(t => !t.IsNested).Select(t => t.Name)];
}
