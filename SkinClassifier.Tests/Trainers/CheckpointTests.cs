using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Data.Augmentations;
using SkinClassifier.Models;
using SkinClassifier.Trainers;
using SkinClassifier.Trainers.Schedules;

namespace SkinClassifier.Tests.Trainers;

public sealed class CheckpointTests
{
    private static readonly ImageDataset Data = TestImages.Dataset(12, broken: name => name.EndsWith("005.png", StringComparison.Ordinal));
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("skinclassifier-checkpoint-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private ImageClassificationTrainerOptions Options => new()
    {
        Pretrained = TestNetworks.Small(),
        Epoch = 2,
        FineTuneEpoch = 4,
        BatchSize = 6,
        Threads = 2,
        Balance = ClassBalance.Oversample,
        EmaDecay = 0.9,
        CheckpointPath = _folder,
        CheckpointMinutes = 1e-9,
    };

    [Test]
    public void The_key_of_a_run_does_not_depend_on_the_language_of_the_machine()
    {
        new ImageClassificationTrainer(Options with { FineTuneEpoch = 1 }).Fit(Data);
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            Assert.That(() => new ImageClassificationTrainer(Options with { Resume = true, FineTuneEpoch = 1 }).Fit(Data), Throws.Nothing);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Test]
    public void A_run_that_does_not_resume_removes_the_checkpoint_of_an_earlier_one()
    {
        new ImageClassificationTrainer(Options with { FineTuneEpoch = 1 }).Fit(Data);
        byte[] old = File.ReadAllBytes(Path.Combine(_folder, "checkpoint.bin"));
        File.WriteAllBytes(Path.Combine(_folder, "checkpoint.bin.0123456789abcdef0123456789abcdef.tmp"), old[..100]);
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.That(
            () => new ImageClassificationTrainer(Options with { FineTuneEpoch = 1 }).Fit(Data, stop.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(_folder), Is.Empty, "nor is anything left that a killed run was writing");
        Assert.That(old, Is.Not.Empty);
    }

    private static IEnumerable<TestCaseData> Kinds =>
    [
        new TestCaseData(new ImageClassificationTrainerOptions()).SetArgDisplayNames("plain"),
        new TestCaseData(new ImageClassificationTrainerOptions { AccumulateSteps = 2, SwaFraction = 0.5, ProgressiveFrom = 16, ImageSize = 32,
            Teacher = TestTeacher.Create(16), MixUp = 0.3 }).SetArgDisplayNames("accumulation, averaged weights, growing images, a teacher"),
        new TestCaseData(new ImageClassificationTrainerOptions { SkipEasy = 0.6, GradualFreezing = 0.5, SwaFraction = 0.5 })
            .SetArgDisplayNames("easy images left out, blocks that stop, averaged weights"),
        new TestCaseData(new ImageClassificationTrainerOptions { FineTuneEpoch = -1 }).SetArgDisplayNames("head only"),
    ];

    [TestCaseSource(nameof(Kinds))]
    public void A_run_resumed_from_any_checkpoint_gives_the_weights_of_an_undisturbed_one_bit_for_bit(ImageClassificationTrainerOptions kind)
    {
        bool headOnly = kind.FineTuneEpoch < 0;
        ImageClassificationTrainerOptions options = Options with
        {
            AccumulateSteps = kind.AccumulateSteps,
            SwaFraction = kind.SwaFraction,
            ProgressiveFrom = kind.ProgressiveFrom,
            ImageSize = kind.ImageSize,
            Teacher = kind.Teacher,
            MixUp = kind.MixUp,
            SkipEasy = kind.SkipEasy,
            GradualFreezing = kind.GradualFreezing,
            FineTuneEpoch = headOnly ? 0 : 4,
            Epoch = headOnly ? 30 : 2,
            EarlyStoppingCriteria = headOnly ? null : Options.EarlyStoppingCriteria,
        };
        // Whatever moment a process is killed at, what it leaves is one of these files.
        List<byte[]> checkpoints = [];
        using Timer watch = new(_ => Collect(checkpoints), null, 0, 1);
        byte[] whole = Bits(new ImageClassificationTrainer(options with { MetricsCallback = _ => Collect(checkpoints) }).Fit(Data));
        watch.Change(Timeout.Infinite, Timeout.Infinite);
        Collect(checkpoints);
        byte[][] tried;
        lock (checkpoints)
            tried = [.. checkpoints];
        Assert.That(tried, Has.Length.GreaterThan(4));
        SeededRandom random = new(3);
        random.Shuffle<byte[]>(tried);
        foreach (byte[] checkpoint in tried.Take(6))
        {
            File.WriteAllBytes(Path.Combine(_folder, "checkpoint.bin"), checkpoint);
            ImageClassificationModel model =
                new ImageClassificationTrainer(options with { Resume = true, Threads = 1, GradientCheckpointing = true }).Fit(Data);
            Assert.That(Bits(model), Is.EqualTo(whole));
            if (headOnly)
                Assert.That(model.History!.Epochs.Select(e => (e.Phase, e.Epoch)), Is.EqualTo(Enumerable.Range(1, 30).Select(e => ("head", e))));
            else
                Assert.That(model.History!.Epochs.Select(e => (e.Phase, e.Epoch)),
                    Is.EqualTo(new[] { ("head", 1), ("head", 2), ("fine-tune", 1), ("fine-tune", 2), ("fine-tune", 3), ("fine-tune", 4) }));
        }
    }

    [Test]
    public void A_cancelled_run_goes_on_where_it_stopped()
    {
        byte[] whole = Bits(new ImageClassificationTrainer(Options with { CheckpointPath = null }).Fit(Data));
        using CancellationTokenSource stop = new();
        int reports = 0;
        new ImageClassificationTrainer(Options with
        {
            CheckpointMinutes = 100,
            MetricsCallback = r => { if (r is { Kind: TrainingMetricsKind.Epoch, Phase: "fine-tune", Epoch: 2 } && ++reports == 1) stop.Cancel(); }
        })
            .Fit(Data, stop.Token);
        Assert.That(Bits(new ImageClassificationTrainer(Options with { Resume = true }).Fit(Data)), Is.EqualTo(whole));
    }

    [Test]
    public void Without_a_checkpoint_resume_starts_at_the_beginning()
    {
        ImageClassificationModel model = new ImageClassificationTrainer(Options with { Resume = true, FineTuneEpoch = 1 }).Fit(Data);
        Assert.That(model.History!.Epochs.Count, Is.EqualTo(3));
    }

    [Test]
    public void Another_seed_or_option_and_a_damaged_file_are_refused()
    {
        new ImageClassificationTrainer(Options with { FineTuneEpoch = 1 }).Fit(Data);
        Assert.That(() => new ImageClassificationTrainer(Options with { Resume = true, FineTuneEpoch = 1, Seed = 2 }).Fit(Data),
            Throws.ArgumentException.With.Message.Contains("another seed"));
        ImageClassificationTrainerOptions again = Options with { Resume = true, FineTuneEpoch = 1 };
        Assert.That(() => new ImageClassificationTrainer(again).Fit(TestImages.Dataset(11)),
            Throws.ArgumentException.With.Message.Contains("other data: images or labels have changed"));
        foreach (ImageClassificationTrainerOptions other in new[]
        {
            again with { WeightDecay = 0.5 },
            again with { LearningRateScheduler = new OneCycleSchedule { RiseFraction = 0.31 } },
            again with { WarmupEpochs = 1 },
            again with { Augmentation = AugmentationPipeline.FromJson("[{ \"type\": \"flip_vertical\" }]", "light") },
            again with { Teacher = TestTeacher.Create(16) },
            again with { AccumulateSteps = 2 },
            again with { SwaFraction = 0.5 },
            again with { EarlyStoppingCriteria = new EarlyStopping { Metric = "macroAuc" } },
            again with { HiddenUnits = [3] },
        })
            Assert.That(() => new ImageClassificationTrainer(other).Fit(Data),
                Throws.ArgumentException.With.Message.Contains("the same data but other options"), other.ToString());
        string file = Path.Combine(_folder, "checkpoint.bin");
        byte[] good = File.ReadAllBytes(file);
        good[good.Length / 2] ^= 4;
        File.WriteAllBytes(file, good);
        Assert.That(() => new ImageClassificationTrainer(Options with { Resume = true, FineTuneEpoch = 1 }).Fit(Data),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("checksum"));
        File.WriteAllBytes(file, good[..20]);
        Assert.That(() => new ImageClassificationTrainer(Options with { Resume = true, FineTuneEpoch = 1 }).Fit(Data),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("20 bytes"));
    }

    [Test]
    public void A_folder_that_cannot_be_written_does_not_stop_the_run()
    {
        string blocked = Path.Combine(_folder, "file");
        File.WriteAllText(blocked, "");
        List<TrainingMetrics> reports = [];
        ImageClassificationModel model = new ImageClassificationTrainer(
            Options with { CheckpointPath = Path.Combine(blocked, "below"), FineTuneEpoch = 1, MetricsCallback = reports.Add }).Fit(Data);
        Assert.That(reports.Where(r => r.Kind == TrainingMetricsKind.Warning).Select(r => r.Text), Has.Some.Contains("The checkpoint could not be written"));
        Assert.That(model.History!.Epochs.Count, Is.EqualTo(3));
    }

    private void Collect(List<byte[]> checkpoints)
    {
        string file = Path.Combine(_folder, "checkpoint.bin");
        lock (checkpoints)
        {
            if (!File.Exists(file))
                return;
            byte[] content = File.ReadAllBytes(file);
            if (checkpoints.Count == 0 || !content.AsSpan().SequenceEqual(checkpoints[^1]))
                checkpoints.Add(content);
        }
    }

    private static byte[] Bits(ImageClassificationModel model) =>
        [.. model.Network.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Values.ToArray()).SelectMany(BitConverter.GetBytes)];
}
