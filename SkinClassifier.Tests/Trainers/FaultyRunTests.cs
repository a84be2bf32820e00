using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

/// <summary>What goes wrong while a run trains is reported and does not end it.</summary>
public sealed class FaultyRunTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("skinclassifier-errors-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(1)]
    [TestCase(3)]
    public void Images_that_vanish_or_break_while_the_network_trains_are_reported_and_left_out(int accumulate)
    {
        ImageDataset memory = TestImages.Dataset(12);
        foreach (ImageExample example in memory.Examples)
        {
            string file = Path.Combine(_folder, example.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, example.ReadContent());
        }
        ImageDataset data = ImageDataset.FromFolder(_folder);
        List<TrainingMetrics> reports = [];
        ImageClassificationTrainer trainer = new(new()
        {
            Arch = Architecture.SmallCnn,
            ImageSize = 32,
            Epoch = 4,
            BatchSize = 4,
            AccumulateSteps = accumulate,
            Threads = 2,
            ValidationSetFraction = 0,
            MetricsCallback = report =>
            {
                reports.Add(report);
                if (report is not { Kind: TrainingMetricsKind.Epoch, Epoch: 2 })
                    return;
                File.Delete(Path.Combine(_folder, "disc", "004.png"));
                File.WriteAllBytes(Path.Combine(_folder, "ring", "007.png"), File.ReadAllBytes(Path.Combine(_folder, "ring", "007.png"))[..60]);
            },
        });
        ImageClassificationModel model = trainer.Fit(data);
        Assert.That(trainer.Skipped.Select(s => s.Path), Is.EqualTo(new[] { "disc/004.png", "ring/007.png" }));
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Warning).Select(r => r.Text),
            Has.Exactly(1).StartsWith("disc/004.png is left out: ").And.Exactly(1).StartsWith("ring/007.png is left out: "));
        Assert.That(model.History!.Epochs.Select(e => e.TrainLoss), Has.Exactly(4).Matches<double>(double.IsFinite));
    }

    [Test]
    public void A_loss_that_explodes_is_reported_and_a_usable_model_comes_out()
    {
        List<TrainingMetrics> reports = [];
        ImageDataset data = TestImages.Dataset(12);
        // A rate that no network survives.
        ImageClassificationModel model = new ImageClassificationTrainer(new()
        {
            Pretrained = TestNetworks.Small(),
            Epoch = 3,
            FineTuneEpoch = 30,
            FineTuneLearningRate = 100,
            Optimizer = SkinClassifier.Trainers.Optimizers.OptimizerKind.Sgd,
            WeightDecay = 10,
            BatchSize = 4,
            Threads = 2,
            LearningRateScheduler = new SkinClassifier.Trainers.Schedules.ConstantSchedule(),
            MetricsCallback = reports.Add,
        }).Fit(data);
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Warning).Select(r => r.Text),
            Has.Some.Contains("is not finite. The step is skipped and the learning rate halved."));
        foreach (var parameter in model.Network.Parameters)
            Assert.That(parameter.Value.Values.ToArray(), Is.All.Matches<float>(float.IsFinite), parameter.Key);
        Assert.That(model.History!.BestEpoch, Is.Not.Null);
    }
}
