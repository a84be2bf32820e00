using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Onnx;
using SkinClassifier.Trainers.Search;
using SkinClassifier.Trainers.Settings;
using SkinClassifier.Training.Settings;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Tests.CommandLine;

public sealed class SearchSettingsTests
{
    [TestCase("mobilenet_v2", nameof(SearchMode.FineTune), 0.0005, 0)]
    [TestCase("squeezenet1_1", nameof(SearchMode.HeadThenFineTune), 0.00005, null)]
    public void The_first_candidate_trains_as_the_default_recipe_would(string network, string modeName, double rate, int? epochs)
    {
        SearchMode mode = Enum.Parse<SearchMode>(modeName);
        using TemporaryFolder folder = new();
        RedAndGreen.Write(folder, 4);
        string file = folder.File("net.onnx");
        using (FileStream stream = File.Create(file))
            OnnxModel.Write(Architecture.Parse(network).Build().Graph, stream);
        OptionValues values = new OptionValues().With(RunOptionTable.TimeBudget, TimeSpan.FromMinutes(5)).With(RunOptionTable.Backbone, file);

        SearchSpace space = SearchSettings.Space(values, ImageDataset.FromFolder(folder.File("data")));
        SearchCandidate first = space.Candidates(10, 1)[0];
        OptionValues chosen = SearchSettings.Of(values, new SearchTrial(0, 0, first, 8, 3), 8);

        Assert.That(space.Pretrained, Is.EqualTo(new[] { new SearchNetwork(file, 224, mode == SearchMode.FineTune) }));
        Assert.That((first.Mode, first.ImageSize), Is.EqualTo((mode, 224)));
        Assert.That(first.LearningRate, Is.EqualTo(rate).Within(1e-9));
        T Value<T>(string property) => chosen.Get<T>(TrainerOptionTable.Of(property));
        Assert.That(Value<double?>("FineTuneLearningRate"), Is.EqualTo(first.LearningRate));
        Assert.That((Value<int?>("Epoch"), Value<int?>("FineTuneEpoch")), Is.EqualTo((epochs, (int?)3)));
        Assert.That(chosen.IsGiven(RunOptionTable.TimeBudget), Is.False);
    }
}
