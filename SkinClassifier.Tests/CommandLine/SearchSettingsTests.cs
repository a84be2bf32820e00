using System.CommandLine;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Onnx;
using SkinClassifier.Trainers.Selection;
using SkinClassifier.Training.Verbs;

namespace SkinClassifier.Tests.CommandLine;

public sealed class SearchSettingsTests
{
    [TestCase("mobilenet_v2", SearchMode.FineTune, 0.0005, 0)]
    [TestCase("squeezenet1_1", SearchMode.HeadThenFineTune, 0.00005, null)]
    public void The_first_candidate_trains_as_the_default_recipe_would(string network, SearchMode mode, double rate, int? epochs)
    {
        using TemporaryFolder folder = new();
        RedAndGreen.Write(folder, 4);
        string file = folder.File("net.onnx");
        using (FileStream stream = File.Create(file))
            OnnxModel.Write(Architecture.Parse(network).Build().Graph, stream);
        TrainOptionSet options = new();
        Command train = new("train") { new Argument<string>("data") };
        foreach (Option option in options.All)
            train.Options.Add(option);
        ParseResult parsed = new RootCommand { train }.Parse(["train", folder.File("data"), "--time-budget", "5m", "--backbone", file]);

        SearchSpace space = SearchSettings.Space(parsed, options, ImageDataset.FromFolder(folder.File("data")));
        SearchCandidate first = space.Candidates(10, 1)[0];
        ParseResult line = SearchSettings.CommandLine(parsed, options, new SearchTrial(0, 0, first, 8, 3), 8);

        Assert.That(space.Pretrained, Is.EqualTo(new[] { new SearchNetwork(file, 224, mode == SearchMode.FineTune) }));
        Assert.That((first.Mode, first.ImageSize), Is.EqualTo((mode, 224)));
        Assert.That(first.LearningRate, Is.EqualTo(rate).Within(1e-9));
        Assert.That(line.Errors, Is.Empty);
        Assert.That((line.GetValue(options.FineTuneLearningRate), line.GetValue(options.Epochs), line.GetValue(options.FineTuneEpochs)), Is.EqualTo(((double?)first.LearningRate, epochs, (int?)3)));
        Assert.That(line.GetValue(options.TimeBudget), Is.Null);
    }
}
