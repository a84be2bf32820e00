using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

/// <summary>A trained model for the pictures of <see cref="TestPictures"/>.</summary>
internal static class TestTeacher
{
    /// <summary>A head learnt in a few epochs on a random network for pictures of <paramref name="size"/> pixels.</summary>
    public static ImageClassificationModel Create(int size, int epochs = 3) =>
        new ImageClassificationTrainer(new() { Pretrained = TestNetworks.Small(size), Epoch = epochs, BatchSize = 8, Threads = 1, Seed = 4 }).Fit(TestPictures.Dataset(10, seed: 8));
}
