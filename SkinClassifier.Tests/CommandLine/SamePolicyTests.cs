using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Tests.Trainers;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Defaults;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>What is chosen is chosen in the library: a program without options and the command line without options train the same model.</summary>
[NonParallelizable]
public sealed class SamePolicyTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare() => _folder = new TemporaryFolder();

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void A_trainer_without_options_gives_the_model_of_plain_train()
    {
        WriteSets(10);
        List<TrainingMetrics> reports = [];
        ImageDataset data = ImageDataset.FromFolder(_folder.File("sets"));
        AssertSame(new ImageClassificationTrainer(new() { MetricsCallback = reports.Add }).Fit(data), ByCommand("sets"));
        Assert.That(reports.Select(r => r.Text), Has.Some.StartsWith("chosen unless given: epochs"));
    }

    [Test]
    public void Where_the_data_has_no_sets_the_usual_split_gives_those_of_plain_train()
    {
        RedAndGreen.Write(_folder, 10);
        ImageClassificationModel model = ByCommand("data", "--epochs", "2", "--image-size", "32");
        DatasetSplits sets = ImageDataset.FromFolder(_folder.File("data")).Split();
        Assert.That(sets.Test.Examples, Has.Count.EqualTo(4));
        AssertSame(new ImageClassificationTrainer(new() { ValidationSet = sets.Validation, Epoch = 2, ImageSize = 32 }).Fit(sets.Train), model);
    }

    [Test]
    public void A_named_network_from_scratch_trains_as_with_train()
    {
        WriteSets(10);
        ImageClassificationModel model = new ImageClassificationTrainer(new() { Arch = Architecture.SmallCnn, Epoch = 3 })
            .Fit(ImageDataset.FromFolder(_folder.File("sets")));
        AssertSame(model, ByCommand("sets", "--backbone", "small_cnn", "--weights", "random", "--epochs", "3"));
        Assert.That((model.Manifest.TestTimeAugmentation, model.Manifest.Width), Is.EqualTo((8, 128)), "chosen by the recipe of a network from scratch");
    }

    [TestCase("linear", null, "head")]
    [TestCase("mlp", null, "head")]
    [TestCase("auto", 2, "fine-tune")]
    public void A_network_in_a_file_trains_as_with_train(string head, int? epochs, string phase)
    {
        WriteSets(10);
        string file = _folder.File("small.onnx");
        using (FileStream stream = File.Create(file))
            SkinClassifier.Onnx.OnnxModel.Write(TestNetworks.Small(32).Graph, stream);
        ImageClassificationModel model = new ImageClassificationTrainer(new()
        {
            WeightsPath = file,
            HiddenUnits = head switch { "linear" => [], "mlp" => [DefaultRecipe.UsualHiddenWidth], _ => null },
            FineTuneEpoch = epochs,
        }).Fit(ImageDataset.FromFolder(_folder.File("sets")));
        string[] tuned = epochs is null ? [] : ["--fine-tune-epochs", $"{epochs}"];
        AssertSame(model, ByCommand("sets", ["--backbone", file, "--head", head, .. tuned]));
        Assert.That(model.History!.Epochs.Select(e => e.Phase).Distinct(), Is.EqualTo(new[] { phase }));
    }

    [Test]
    public void A_trainer_chooses_nothing_more_where_a_recipe_has_chosen()
    {
        WriteSets(10);
        ImageDataset data = ImageDataset.FromFolder(_folder.File("sets"));
        ImageClassificationTrainerOptions open = new() { Arch = Architecture.SmallCnn, ImageSize = 32, Epoch = 2 };
        DefaultRecipe recipe = DefaultRecipe.For(data, open);
        Assert.That(recipe.OpenIn(open).Select(c => c.Option), Is.EquivalentTo(new[] { "augment", "balance", "tta" }));
        Assert.That(recipe.OpenIn(recipe.Complete(open)), Is.Empty);
        List<TrainingMetrics> reports = [];
        ImageClassificationTrainerOptions plain = recipe.Complete(open) with { TestTimeAugmentation = null, MetricsCallback = reports.Add };
        Assert.That(new ImageClassificationTrainer(plain).Fit(data).Manifest.TestTimeAugmentation, Is.EqualTo(1));
        Assert.That(reports.Select(r => r.Text), Has.None.StartsWith("chosen"));
    }

    [Test]
    public void A_recipe_fills_only_what_is_open()
    {
        DefaultRecipe recipe = DefaultRecipe.For(new DatasetFacts { TrainingImages = 5000, Imbalance = 3, IsPretrained = true, NativeSize = 192 }, null);
        ImageClassificationTrainerOptions given =
            new() { Arch = Architecture.MobileNetV2, ImageSize = 96, FineTuneEpoch = 3, Balance = ClassBalance.Oversample, HiddenUnits = [12], Dropout = 0.1 };
        ImageClassificationTrainerOptions complete = recipe.Complete(given);
        Assert.That((complete.ImageSize, complete.FineTuneEpoch, complete.Balance, complete.HiddenUnits, complete.Dropout),
            Is.EqualTo(((int?)96, (int?)3, (ClassBalance?)ClassBalance.Oversample, given.HiddenUnits, (double?)0.1)));
        Assert.That((complete.Epoch, complete.FineTuneLearningRate, complete.Augmentation!.Name, complete.TestTimeAugmentation, complete.L2),
            Is.EqualTo(((int?)0, (double?)0.0005, "light", (int?)8, DefaultRecipe.L2For([12]))));
    }

    [Test]
    public void An_option_without_a_value_is_left_to_the_data()
    {
        OptionValues none = new();
        foreach (string name in new[] { "image-size", "epochs", "fine-tune-epochs", "augment", "balance", "tta", "hidden" })
            Assert.That(none.Of(RunOptionTable.All.Single(l => l.Name == name)), Is.Null, name);
    }

    private void WriteSets(int perClass)
    {
        RedAndGreen.Write(_folder, perClass);
        foreach ((string set, int first, int count) in new[] { ("train", 0, perClass - 4), ("validation", perClass - 4, 2), ("test", perClass - 2, 2) })
            foreach (string label in new[] { "red", "green" })
            {
                Directory.CreateDirectory(_folder.File($"sets/{set}/{label}"));
                for (int i = first; i < first + count; i++)
                    File.Copy(_folder.File($"data/{label}/{i}.png"), _folder.File($"sets/{set}/{label}/{i}.png"));
            }
    }

    private ImageClassificationModel ByCommand(string data, params string[] options)
    {
        (int code, _, string error) = Cli.Run(["train", _folder.File(data), "-o", _folder.File("run"), "--quiet", .. options]);
        Assert.That(code, Is.Zero, error);
        return ImageClassificationModel.Load(_folder.File("run/model.zip"));
    }

    private static void AssertSame(ImageClassificationModel model, ImageClassificationModel expected)
    {
        Assert.That(Weights(model), Is.EqualTo(Weights(expected)));
        Assert.That((model.Manifest.Backbone, model.Manifest.TestTimeAugmentation, model.Manifest.Width, model.Manifest.Temperature),
            Is.EqualTo((expected.Manifest.Backbone, expected.Manifest.TestTimeAugmentation, expected.Manifest.Width, expected.Manifest.Temperature)));
    }

    private static float[][] Weights(ImageClassificationModel model) => [.. model.Network.Parameters.Select(p => p.Value.Values.ToArray())];
}
