using SkinClassifier.Common;
using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Models;
using SkinClassifier.Tests.Execution;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

/// <summary>Processes that train together make the model of one process.</summary>
public sealed class SharedTrainingTests
{
    private static readonly ImageDataset Data = TestImages.Dataset(14, broken: name => name is "disc/003.png" or "ring/007.png" or "square/013.png");
    private static readonly Lazy<ImageClassificationModel> Teacher = new(() => TestTeacher.Create(16));
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("skinclassifier-shared-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    private static ImageClassificationTrainerOptions Scratch => new()
    {
        Pretrained = TestNetworks.Small(),
        Epoch = 0,
        FineTuneEpoch = 3,
        BatchSize = 8,
        Threads = 1,
        Dropout = 0.2,
        ValidationSetFraction = 0.25,
        EarlyStoppingCriteria = new EarlyStopping { MinImages = 1 },
    };

    private static ImageClassificationTrainerOptions Of(string kind) => kind switch
    {
        "statistics of the batch" => Scratch with { BatchNormalization = BatchNormalizationMode.Training, EmaDecay = 0.9, SwaFraction = 0.5 },
        "mixed images" => Scratch with { MixUp = 0.2, CutMix = 1, AccumulateSteps = 2, BatchNormalization = BatchNormalizationMode.Training },
        "a teacher" => Scratch with { Teacher = Teacher.Value, Epoch = 2 },
        "easy images are left out" => Scratch with { SkipEasy = 0.5, Balance = ClassBalance.Oversample, GradientCheckpointing = true },
        "a head before" => Scratch with { Epoch = 4, BatchNormalization = BatchNormalizationMode.Frozen, TestTimeAugmentation = 2 },
        "only a head" => Scratch with { Epoch = 6, FineTuneEpoch = 0 },
        "growing images and blocks" => Scratch with { Pretrained = TestNetworks.Small(32), ProgressiveFrom = 16, GradualFreezing = 0.5, UnfreezeBlocks = 2 },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not known"),
    };

    private static byte[] Network(ImageClassificationModel model) =>
        [.. model.Network.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Values.ToArray().SelectMany(BitConverter.GetBytes))];

    private static (byte[] Network, string Text) Train(
        ImageClassificationTrainerOptions options, IProcessGroup? group, CancellationToken cancellationToken = default)
    {
        ImageClassificationTrainer trainer = new(options with { ProcessGroup = group });
        ImageClassificationModel model = trainer.Fit(Data, cancellationToken);
        string epochs = string.Join('\n', model.History!.Epochs.Select(e => $"{e.Phase} {e.Epoch} {e.TrainLoss:R} {e.ValidationLoss:R} {e.TrainAccuracy:R}"));
        return (Network(model), $"{epochs}\n{model.Manifest.Temperature:R}\n{string.Join('\n', trainer.Skipped)}");
    }

    [Test]
    public void One_two_and_four_processes_make_the_same_model([Values("statistics of the batch", "mixed images", "a teacher", "easy images are left out",
        "a head before", "only a head", "growing images and blocks")] string kind)
    {
        (byte[] network, string text) = Train(Of(kind), null);
        Assert.That(text, Does.Contain("square/013.png").And.Contain("ring/007.png").And.Contain("disc/003.png"));
        foreach (int size in new[] { 1, 2, 4 })
            foreach ((byte[] Network, string Text) result in ThreadGroup.Run(size, group => Train(Of(kind), group)))
            {
                Assert.That(result.Text, Is.EqualTo(text), $"{size} processes");
                Assert.That(result.Network.AsSpan().SequenceEqual(network), Is.True, $"{size} processes: the network");
            }
    }

    [Test]
    public void A_run_goes_on_with_another_number_of_processes([Values] bool withinEpoch)
    {
        ImageClassificationTrainerOptions options = Of("statistics of the batch") with { CheckpointPath = _folder, CheckpointMinutes = 1e-9 };
        (byte[] network, string text) = Train(options with { CheckpointPath = null }, null);
        // The last of four processes is told to stop, and all agree.
        using CancellationTokenSource stop = new();
        ThreadGroup.Run(4, group => Train(options with
        {
            MetricsCallback = metrics =>
            {
                Assert.That(group.Rank, Is.Zero, "only the first process reports");
                if (metrics.Kind == (withinEpoch ? TrainingMetricsKind.Progress : TrainingMetricsKind.Epoch))
                    stop.Cancel();
            },
        }, group, group.Rank == 3 ? stop.Token : default));
        Assert.That(File.Exists(Path.Combine(_folder, "checkpoint.bin")), Is.True);
        (byte[] Network, string Text)[] results = ThreadGroup.Run(2, group => Train(options with { Resume = true }, group));
        Assert.That(results.Select(r => EpochsOf(r.Text)), Has.All.EqualTo(EpochsOf(text)));
        Assert.That(results.All(r => r.Network.AsSpan().SequenceEqual(network)), Is.True);
        Assert.That(Train(options with { Resume = true }, null).Network.AsSpan().SequenceEqual(network), Is.True, "one process from the checkpoint of two");
    }

    private static string EpochsOf(string text) => text[..text.IndexOf("SkippedFile", StringComparison.Ordinal)];

    [Test]
    public void A_checkpoint_that_not_all_processes_find_is_refused()
    {
        ImageClassificationTrainerOptions options = Scratch with { CheckpointPath = _folder, FineTuneEpoch = 1 };
        Train(options, null);
        Assert.That(() => ThreadGroup.Run(2, group => Train(
            options with { Resume = true, CheckpointPath = group.Rank == 0 ? _folder : Path.Combine(_folder, "elsewhere") }, group)),
            Throws.TypeOf<InvalidContentException>().With.Message.Contains("Use a folder that all machines share."));
    }

    [Test]
    public void Processes_that_would_not_do_the_same_are_refused() =>
        Assert.That(() => ThreadGroup.Run(2, group => Train(Scratch with { Seed = (ulong)group.Rank }, group)), Throws.TypeOf<InvalidContentException>()
            .With.Message.Contains("expected the same data, options, weights and instruction set").And.Message.Contains("process 1 has others than process 0"));

    [Test]
    public void Features_are_computed_in_shares_and_the_first_process_keeps_them()
    {
        ImageClassificationTrainerOptions options = Of("only a head") with { WorkspacePath = _folder };
        (byte[] network, _) = Train(options with { WorkspacePath = null }, null);
        for (int time = 0; time < 2; time++)
        {
            (byte[] Network, string Text)[] results = ThreadGroup.Run(4, group => Train(options, group));
            Assert.That(results.All(r => r.Network.AsSpan().SequenceEqual(network)), Is.True);
            Assert.That(Directory.GetFiles(_folder, "features-*.bin"), Has.Length.EqualTo(1));
        }
        Assert.That(Train(options, null).Network.AsSpan().SequenceEqual(network), Is.True, "one process reads what four have kept");
    }

    [Test]
    public void Numbers_of_processes_that_do_not_fit_are_refused()
    {
        Assert.That(() => ThreadGroup.Run(3, group => new ImageClassificationTrainer(Scratch with { ProcessGroup = group, BatchSize = 9 })),
            Throws.ArgumentException.With.Message.Contains("ProcessGroup: expected 1, 2, 4 or 8 processes, received 3"));
        Assert.That(() => ThreadGroup.Run(4, group => new ImageClassificationTrainer(Scratch with { ProcessGroup = group, BatchSize = 6 })),
            Throws.ArgumentException.With.Message.Contains("BatchSize: expected a multiple of the 4 processes, received 6"));
        Assert.That(() => ThreadGroup.Run(2, group => Train(Scratch with { ProcessGroup = group, BatchSize = 62 }, group)),
            Throws.ArgumentException.With.Message.Contains("all that an epoch shows"));
        Assert.That(() => ThreadGroup.Run(2, group => new CrossValidation(Scratch with { ProcessGroup = group })),
            Throws.ArgumentException.With.Message.Contains("CrossValidation: expected one process, received 2"));
    }
}
