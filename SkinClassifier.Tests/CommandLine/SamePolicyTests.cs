using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Models;
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
        RedAndGreen.Write(_folder, 10);
        foreach ((string set, int first, int count) in new[] { ("train", 0, 6), ("validation", 6, 2), ("test", 8, 2) })
            foreach (string label in new[] { "red", "green" })
            {
                Directory.CreateDirectory(_folder.File($"sets/{set}/{label}"));
                for (int i = first; i < first + count; i++)
                    File.Copy(_folder.File($"data/{label}/{i}.png"), _folder.File($"sets/{set}/{label}/{i}.png"));
            }
        (int code, _, string error) = Cli.Run("train", _folder.File("sets"), "-o", _folder.File("run"), "--quiet");
        Assert.That(code, Is.Zero, error);
        ImageClassificationModel byCommand = ImageClassificationModel.Load(_folder.File("run/model.zip"));
        List<TrainingMetrics> reports = [];
        ImageClassificationModel byLibrary =
            new ImageClassificationTrainer(new() { MetricsCallback = reports.Add }).Fit(ImageDataset.FromFolder(_folder.File("sets")));
        Assert.That(
            byLibrary.Network.Parameters.Select(p => p.Value.Values.ToArray()), Is.EqualTo(byCommand.Network.Parameters.Select(p => p.Value.Values.ToArray())));
        Assert.That((byLibrary.Manifest.Backbone, byLibrary.Manifest.TestTimeAugmentation, byLibrary.Manifest.Width),
            Is.EqualTo((byCommand.Manifest.Backbone, byCommand.Manifest.TestTimeAugmentation, byCommand.Manifest.Width)));
        Assert.That(reports.Select(r => r.Text), Has.Some.StartsWith("chosen unless given: epochs"));
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
}
