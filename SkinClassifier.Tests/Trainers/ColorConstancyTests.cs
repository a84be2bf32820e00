using SkinClassifier.Data;
using SkinClassifier.Execution;
using SkinClassifier.Execution.Rewrites;
using SkinClassifier.Graphs;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Onnx;
using SkinClassifier.Tensors;
using SkinClassifier.Trainers;
using static SkinClassifier.Tests.Trainers.TorchNumbers;

namespace SkinClassifier.Tests.Trainers;

[Category("Simd")]
public sealed class ColorConstancyTests
{
    [Test]
    public void The_nodes_equal_the_formula_as_PyTorch_computes_it()
    {
        float[] images = Floats(Constancy, "images"), result = new float[images.Length];
        using InferencePlan plan = InferencePlan.Create(Nodes(7, 9), new TensorShape(2, 3, 7, 9));
        plan.Run(images, result);
        Assert.That(result, Is.EqualTo(Floats(Constancy, "balanced")).Within(1e-3f));
    }

    [TestCase(1, 1)]
    [TestCase(17, 31)]
    [TestCase(64, 48)]
    public void The_nodes_equal_a_plain_loop_and_the_images_own_method(int height, int width)
    {
        SkinClassifier.Common.SeededRandom random = new(5);
        RgbImage unlit = new(width, height);
        for (int i = 0; i < unlit.Pixels.Length; i++)
            unlit.Pixels[i] = (byte)random.NextInt32(i % 3 == 0 ? 250 : i % 3 == 1 ? 180 : 120);
        float[] planes = new float[3 * height * width], result = new float[planes.Length];
        new ImagePreprocessor(width, height).Apply(unlit, planes);
        using InferencePlan plan = InferencePlan.Create(Nodes(height, width), new TensorShape(1, 3, height, width));
        plan.Run(planes, result);
        int plane = height * width;
        double[] light = new double[3];
        for (int c = 0; c < 3; c++)
        {
            double sum = 0;
            for (int i = 0; i < plane; i++)
                sum += Math.Pow(planes[c * plane + i] / 255, 6);
            light[c] = Math.Pow(sum / plane, 1 / 6.0);
        }
        double length = Math.Sqrt((light[0] * light[0] + light[1] * light[1] + light[2] * light[2]) / 3);
        RgbImage own = unlit.ShadesOfGray();
        for (int c = 0; c < 3; c++)
            for (int i = 0; i < plane; i++)
            {
                double expected = Math.Min(255, planes[c * plane + i] * length / light[c]);
                Assert.That(result[c * plane + i], Is.EqualTo(expected).Within(1e-4 * Math.Max(1, expected)));
                Assert.That(result[c * plane + i], Is.EqualTo((double)own.Pixels[3 * i + c]).Within(0.51));
            }
    }

    [TestCase(1, 1, 1)]
    [TestCase(3, 13, 29)]
    [TestCase(7, 40, 40)]
    public void The_plans_single_step_equals_the_operators_one_by_one(int count, int height, int width)
    {
        SkinClassifier.Common.SeededRandom random = new(8);
        float[] images = [.. Enumerable.Range(0, count * 3 * height * width).Select(_ => (float)random.NextDouble(0, 255))], result = new float[images.Length];
        Graph graph = Nodes(height, width);
        using MemoryStream file = new();
        OnnxModel.Write(graph, file);
        foreach (Graph one in new[] { graph, OnnxModel.Load(file.ToArray()).Graph })
        {
            RewrittenGraph rewritten = new(one, one.InferShapes(new TensorShape(count, 3, height, width)), GraphRewrites.Inference);
            Assert.That(rewritten.Nodes.Select(n => n.GetType()), Is.EqualTo(new[] { typeof(FusedColorConstancy) }));
        }
        using InferencePlan fused = InferencePlan.Create(graph, new TensorShape(count, 3, height, width));
        fused.Run(images, result);
        using TrainingPlan plain = TrainingPlan.Create(graph, new TensorShape(count, 3, height, width));
        Assert.That(result, Is.EqualTo(plain.Forward(images).ToArray()).Within(2e-4f));
    }

    [Test]
    public void Nodes_behind_an_identity_are_one_step_too()
    {
        GraphBuilder inside = new("image");
        Graph inner = inside.Build(inside.Add("Identity", "same", [inside.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8))]));
        GraphBuilder outer = new("outer");
        string image = outer.Add("Identity", "first", [outer.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8))]);
        Graph graph = outer.Build(outer.Append(inner.WithColorConstancy(ColorConstancy.ShadesOfGray), image)[0]);
        float[] images = [.. Enumerable.Range(0, 2 * 192).Select(i => i % 5 + 1f)], result = new float[images.Length];
        using InferencePlan plan = InferencePlan.Create(graph, new TensorShape(2, 3, 8, 8));
        plan.Run(images, result);
        using TrainingPlan plain = TrainingPlan.Create(graph, new TensorShape(2, 3, 8, 8));
        Assert.That(plan.Network.Steps, Has.Count.EqualTo(1));
        Assert.That(result, Is.EqualTo(plain.Forward(images).ToArray()).Within(2e-4f));
    }

    [Test]
    public void Nodes_whose_values_are_used_elsewhere_stay_as_they_are()
    {
        GraphBuilder builder = new("image");
        string unlit = builder.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8));
        Graph inner = builder.Build(builder.Add("Identity", "same", [unlit])).WithColorConstancy(ColorConstancy.ShadesOfGray);
        GraphBuilder outer = new("both");
        string image = outer.Input("image", new TensorShape(TensorShape.Free, 3, 8, 8)), result = outer.Append(inner, image)[0];
        Graph both = outer.Build(outer.Add("Add", "sum", [result, ColorConstancyNodes.Prefix + "sixth"]));
        float[] images = [.. Enumerable.Range(0, 2 * 192).Select(i => i % 5 + 1f)], sum = new float[images.Length];
        RewrittenGraph rewritten = new(both, both.InferShapes(new TensorShape(2, 3, 8, 8)), GraphRewrites.Inference);
        Assert.That(rewritten.Nodes, Has.None.InstanceOf<FusedColorConstancy>());
        using InferencePlan plan = InferencePlan.Create(both, new TensorShape(2, 3, 8, 8));
        plan.Run(images, sum);
        using TrainingPlan plain = TrainingPlan.Create(both, new TensorShape(2, 3, 8, 8));
        float[] expected = plain.Forward(images).ToArray();
        for (int i = 0; i < sum.Length; i++)
            Assert.That(sum[i], Is.EqualTo(expected[i]).Within(1e-4 * Math.Max(1, expected[i])));
    }

    [Test]
    public void A_black_image_and_a_missing_color_stay_finite()
    {
        float[] images = new float[2 * 3 * 16], result = new float[images.Length];
        images.AsSpan(48, 32).Fill(200);
        using InferencePlan plan = InferencePlan.Create(Nodes(4, 4), new TensorShape(2, 3, 4, 4));
        plan.Run(images, result);
        Assert.That(result.AsSpan(0, 48).ToArray(), Is.All.Zero);
        Assert.That(result.AsSpan(80, 16).ToArray(), Is.All.Zero);
        Assert.That(result, Is.All.InRange(0f, 255f));
    }

    [Test]
    public void A_model_trained_with_it_gives_the_same_scores_under_lights_of_another_color_in_every_reader()
    {
        ImageDataset data = TestImages.Dataset(12);
        ImageClassificationTrainerOptions options = new()
        {
            Pretrained = TestNetworks.Small(24),
            Epoch = 5,
            FineTuneEpoch = 2,
            BatchSize = 8,
            Threads = 2,
            ColorConstancy = ColorConstancy.ShadesOfGray
        };
        ImageClassificationModel model = new ImageClassificationTrainer(options).Fit(data);
        Assert.That(model.Manifest.Preprocessing.ColorConstancy, Is.EqualTo("shades-of-gray"));
        Assert.That(model.ModelCard, Does.Contain("color constancy shades-of-gray inside the network"));
        float[] images = new float[3 * 24 * 24], warm = new float[images.Length], scores = new float[3], others = new float[3];
        new ImagePreprocessor(24, 24).Apply(RgbImage.Decode(data.Examples[0].ReadContent()), images);
        // Darker and of another color: no value leaves the range of 0 to 255.
        for (int i = 0; i < warm.Length; i++)
            warm[i] = images[i] * (i < 576 ? 0.9f : i < 1152 ? 0.7f : 0.5f);
        using InferencePlan plan = InferencePlan.Create(model.Network, new TensorShape(1, 3, 24, 24));
        plan.Run(images, scores);
        plan.Run(warm, others);
        float[] light = [.. others];
        // The gain keeps the strength of the light, so scores are compared for images of the same strength.
        using MemoryStream file = new();
        OnnxModel.Write(model.Network, file);
        using InferencePlan read = InferencePlan.Create(OnnxModel.Load(file.ToArray()).Graph, new TensorShape(1, 3, 24, 24));
        read.Run(warm, others);
        Assert.That(others, Is.EqualTo(light).Within(1e-5f), "the exported file");
        using MemoryStream zip = new();
        model.Save(zip);
        zip.Position = 0;
        using InferencePlan loaded = InferencePlan.Create(ImageClassificationModel.Load(zip).Network, new TensorShape(1, 3, 24, 24));
        loaded.Run(warm, others);
        Assert.That(others, Is.EqualTo(light).Within(1e-5f), "model.zip");
        float[] white = Balanced(images), whiteAgain = Balanced(warm);
        double ratio = white[0] / (double)whiteAgain[0];
        for (int i = 0; i < white.Length; i++)
            Assert.That(whiteAgain[i] * ratio, Is.EqualTo(white[i]).Within(0.01), "the color of the light is gone, its strength is not");
    }

    [Test]
    public void A_network_that_brings_its_own_constants_keeps_them_as_constants()
    {
        ImageDataset data = TestImages.Dataset(8);
        ImageClassificationTrainerOptions options =
            new() { Pretrained = TestNetworks.Small(24), Epoch = 1, BatchSize = 8, Threads = 1, ColorConstancy = ColorConstancy.ShadesOfGray };
        ImageClassificationModel first = new ImageClassificationTrainer(options).Fit(data);
        string file = Path.Combine(Path.GetTempPath(), $"skinclassifier-{Guid.NewGuid():N}.onnx");
        try
        {
            first.ExportOnnx(file);
            ImageClassificationModel second =
                new ImageClassificationTrainer(options with { Pretrained = null, WeightsPath = file, FineTuneEpoch = 1, FineTuneLearningRate = 0.1 }).Fit(data);
            foreach (string name in second.Network.Parameters.Keys.Where(GraphComposition.IsConstant))
                Assert.That(second.Network.TrainableParameters(), Has.No.Member(name));
            float[][] means = [.. second.Network.Parameters.Where(
                p => p.Key.Contains("mean", StringComparison.Ordinal) && GraphComposition.IsConstant(p.Key)).Select(p => p.Value.Values.ToArray())];
            Assert.That(means, Has.Length.EqualTo(2), "its own normalization and ours");
            // The file says that it takes pixels from 0 to 255, so ours subtracts nothing.
            Assert.That(means, Is.EquivalentTo(new float[][] { [123.675f, 116.28f, 103.53f], [0, 0, 0] }));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static float[] Balanced(float[] planes)
    {
        float[] result = new float[planes.Length];
        using InferencePlan plan = InferencePlan.Create(Nodes(24, 24), new TensorShape(1, 3, 24, 24));
        plan.Run(planes, result);
        return result;
    }

    private static Graph Nodes(int height, int width)
    {
        GraphBuilder builder = new("image");
        string unlit = builder.Input("image", new TensorShape(TensorShape.Free, 3, height, width));
        return builder.Build(builder.Add("Identity", "same", [unlit])).WithColorConstancy(ColorConstancy.ShadesOfGray);
    }
}
