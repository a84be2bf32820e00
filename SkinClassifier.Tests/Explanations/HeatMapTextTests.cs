using SkinClassifier.Explanations;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Onnx;

namespace SkinClassifier.Tests.Explanations;

public sealed class HeatMapTextTests
{
    private static readonly ImageClassificationModel Model = SmallModels.Create(["nv", "mel"]);

    [TestCase(0, 0, 2, 2, "4 % of the image, around the upper left.")]
    [TestCase(4, 0, 2, 2, "4 % of the image, around the upper side.")]
    [TestCase(8, 8, 2, 2, "4 % of the image, around the lower right.")]
    [TestCase(0, 4, 1, 2, "2 % of the image, around the left side.")]
    [TestCase(0, 0, 10, 10, "100 % of the image, around the middle.")]
    public void A_map_is_told_in_words(int left, int top, int width, int height, string expected)
    {
        float[] map = new float[100];
        for (int y = top; y < top + height; y++)
            map.AsSpan(10 * y + left, width).Fill(0.5f);
        Assert.That(Explain(map, 10, 10).Describe(), Is.EqualTo("Occlusion for mel: the places with at least half of the highest value cover " + expected));
    }

    [Test]
    public void An_empty_map_is_told_as_empty() =>
        Assert.That(Explain(new float[6], 3, 2).Describe(), Is.EqualTo("Occlusion for mel: the map is empty; no place speaks for the class."));

    [Test]
    public void The_numbers_of_a_map_come_back_from_their_file()
    {
        using TemporaryFolder folder = new();
        float[] map = [1, -2, float.Epsilon, 4.25f, 1e30f, 6];
        RawMapFile.Write(folder.File("map.npy"), Explain(map, 3, 2));
        byte[] content = File.ReadAllBytes(folder.File("map.npy"));
        SkinClassifier.Tensors.Tensor read = NpyFile.Read(content);
        Assert.That(read.Shape, Is.EqualTo(new SkinClassifier.Tensors.TensorShape(2, 3)));
        Assert.That(read.Values.ToArray(), Is.EqualTo(map));
        Assert.That((content.Length - 4 * map.Length) % 64, Is.Zero, "the numbers begin at a multiple of 64 bytes");
    }

    private static ImageExplanation Explain(float[] map, int width, int height) =>
        new(new ImagePrediction(Model, null, [0.75f, 0.25f], null, "a.png"), "mel", ExplanationMethod.Occlusion, null, width, height)
        {
            Seen = new ImageArea(0, 0, width, height),
            Map = map,
            Raw = map,
        };
}
