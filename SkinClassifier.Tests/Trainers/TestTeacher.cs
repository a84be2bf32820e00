using SkinClassifier.Models;
using SkinClassifier.Trainers;

namespace SkinClassifier.Tests.Trainers;

/// <summary>A trained model for the images of <see cref="TestImages"/>.</summary>
internal static class TestTeacher
{
    /// <summary>A head trained in a few epochs on a random network for images of <paramref name="size"/> pixels.</summary>
    public static ImageClassificationModel Create(int size, int epochs = 3) =>
        new ImageClassificationTrainer(new() { Pretrained = TestNetworks.Small(size), Epoch = epochs, BatchSize = 8, Threads = 1, Seed = 4 })
            .Fit(TestImages.Dataset(10, seed: 8));
}
