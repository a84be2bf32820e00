using SkinClassifier.Models;
using SkinClassifier.Tensors;

namespace SkinClassifier.Tests.CommandLine;

public sealed class ScarceMemoryTests : FolderTests
{
    [Test]
    public void A_process_that_may_use_little_memory_says_so_and_trains_the_same_model()
    {
        RedAndGreen.Write(_folder, 24);
        string[] options = ["train", _folder.File("data"), "--backbone", "mobilenet_v2", "--weights", "random", "--image-size", "64", "--batch-size", "32",
            "--epochs", "1", "--no-policy", "--no-audit"];
        (int code, _, string error) = Cli.Run([.. options, "-o", _folder.File("whole")]);
        Assert.That(code, Is.Zero, error);
        Assert.That(error, Does.Not.Contain("computed again"));
        using (ConsoleProcess scarce = ConsoleProcess.Start([.. options, "-o", _folder.File("scarce")], heap: 112 << 20))
        {
            Assert.That(scarce.Wait(), Is.Zero, scarce.Error);
            Assert.That(scarce.Error, Does.Contain("A step's values do not fit into half of the memory of this process: some are computed again."));
        }
        IReadOnlyDictionary<string, Tensor> expected = Weights("whole"), actual = Weights("scarce");
        Assert.That(actual.Keys, Is.EquivalentTo(expected.Keys));
        foreach ((string name, Tensor tensor) in expected)
            Assert.That(actual[name].Values.SequenceEqual(tensor.Values), name);
    }

    private IReadOnlyDictionary<string, Tensor> Weights(string run) => ImageClassificationModel.Load(_folder.File($"{run}/model.zip")).Network.Parameters;
}
