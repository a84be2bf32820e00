using SkinClassifier.Audit;
using SkinClassifier.Backbones;
using SkinClassifier.Data;
using SkinClassifier.Tests.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

public sealed class CrossValidatedHeadsTests
{
    private static readonly ImageClassificationTrainerOptions Options = new() { Pretrained = TestNetworks.Small(), Epoch = 12, BatchSize = 8, Threads = 2 };

    [Test]
    public void Flipped_labels_are_the_first_suspects_and_the_balance_of_a_run_does_not_count()
    {
        ImageDataset data = Dataset();
        CrossValidatedHeads heads = CrossValidatedHeads.Compute(data, Options, 5);
        Assert.That(heads.Examples.Select(e => e.Path).Order(), Is.EqualTo(data.Examples.Select(e => e.Path).Where(p => p != "broken.png").Order()));
        Assert.That(heads.Skipped.Single().Path, Is.EqualTo("broken.png"));
        IReadOnlyList<LabelSuspect> ranked = LabelSuspects.Rank(heads.Scored);
        LabelSuspect[] first = [.. ranked.Take(4)];
        Assert.That(first.Select(s => heads.Examples[s.Index].Path), Has.All.StartsWith("flipped"));
        Assert.That(first.Select(s => s.Suggested), Is.EqualTo(first.Select(s => 1 - s.Label)));
        Assert.That(ranked.Where(s => s.IsSuspect).Select(s => heads.Examples[s.Index].Path), Is.Not.Empty.And.All.StartsWith("flipped"));
        CrossValidatedHeads again = CrossValidatedHeads.Compute(data, Options with { Balance = ClassBalance.Weights, Threads = 1 }, 5);
        Assert.That(LabelSuspects.Rank(again.Scored), Is.EqualTo(ranked));
    }

    [Test]
    public void A_network_without_pretrained_weights_is_refused_with_what_to_do()
    {
        Assert.That(() => CrossValidatedHeads.Compute(Dataset(), new() { Arch = Architecture.SmallCnn, ImageSize = 32 }, 4),
            Throws.ArgumentException.With.Message.Contains("expected a network with pretrained weights").And.Message.Contains("train --folds 4"));
    }

    /// <summary>Red images of class a and green ones of class b, two of each with the other label, one unreadable.</summary>
    private static ImageDataset Dataset()
    {
        List<ImageSource> sources = [];
        for (int i = 0; i < 60; i++)
        {
            bool red = i % 2 == 0, isFlipped = i >= 56;
            byte other = (byte)(i * 3);
            sources.Add(new ImageSource($"{(isFlipped ? "flipped" : "image")}{i}.png", red != isFlipped ? "a" : "b",
                (red ? SmallModels.Plain(200, other, 30) : SmallModels.Plain(other, 200, 30)).EncodePng()));
        }
        byte[] whole = SmallModels.Plain(200, 1, 2).EncodePng();
        sources.Add(new ImageSource("broken.png", "a", whole[..(whole.Length / 2)]));
        return ImageDataset.FromMemory(sources, new ImageDatasetOptions { CheckDuplicates = false });
    }
}
