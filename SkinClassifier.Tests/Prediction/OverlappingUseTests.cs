using SkinClassifier.Graphs;
using SkinClassifier.Graphs.Operators;
using SkinClassifier.Imaging;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tensors;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Prediction;

public sealed class OverlappingUseTests
{
    private static readonly ImageClassificationModel Model = SmallModels.Create(["red", "green", "blue"]);
    private static readonly RgbImage Red = SmallModels.Plain(230, 10, 10);

    [Test]
    public void A_second_caller_of_an_engine_is_refused_and_the_first_gets_its_scores()
    {
        using PredictionEngine engine = new(Model);
        using GatedStream stream = new(SmallModels.Plain(10, 10, 230).EncodePng());
        Task<ImagePrediction> first = Task.Run(() => engine.Predict(stream));
        stream.Entered.Wait();
        byte[] png = Red.EncodePng();
        float[] scores = new float[3];
        TestDelegate[] others =
        [
            () => engine.Predict(Red), () => engine.Predict(Red, scores), () => engine.Predict(png.AsSpan()), () => engine.Predict(png, scores),
            () => engine.Predict("x.png"), () => engine.Predict(new MemoryStream(png)), () => engine.Predict([Red, Red]),
            () => _ = engine.PredictFiles(["x.png"]).ToList(),
        ];
        foreach (TestDelegate other in others)
            Assert.That(other, Throws.InvalidOperationException.With.Message.Contains(nameof(PredictionEnginePool)));
        stream.Open();
        Assert.That(first.GetAwaiter().GetResult().PredictedLabel, Is.EqualTo("blue"));
        Assert.That(engine.Predict(Red).PredictedLabel, Is.EqualTo("red"), "the engine is free again");
    }

    [Test]
    public void An_engine_is_free_after_a_damaged_image_and_after_a_cancellation()
    {
        using PredictionEngine engine = new(Model);
        Assert.That(() => engine.Predict([1, 2, 3]), Throws.Exception);
        Assert.That(() => engine.Predict(Red, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => engine.Predict([Red], new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(engine.Predict(Red).PredictedLabel, Is.EqualTo("red"));
    }

    [Test]
    public void One_caller_may_use_an_engine_between_the_files_of_a_folder()
    {
        using TemporaryFolder folder = new();
        string[] paths = [.. Enumerable.Range(0, 40).Select(i => folder.File($"{i}.png"))];
        foreach (string path in paths)
            Red.Save(path);
        using PredictionEngine engine = new(Model);
        int count = 0;
        foreach (ImagePrediction prediction in engine.PredictFiles(paths))
        {
            Assert.That((prediction.PredictedLabel, engine.Predict(Red).PredictedLabel), Is.EqualTo(("red", "red")));
            count++;
        }
        Assert.That(count, Is.EqualTo(40));
    }

    [Test]
    public async Task A_caller_who_leaves_frees_the_engine_before_the_next_layer()
    {
        using ManualResetEventSlim entered = new(), open = new();
        int later = 0;
        GraphBuilder builder = new("gated", 1);
        string x = builder.Input(ImageClassificationModel.InputName, new TensorShape(TensorShape.Free, 3, 8, 8));
        x = builder.Flatten(builder.GlobalAveragePool(x, "pool"), "flatten");
        Node[] nodes =
        [
            new("gate", new Hook(() => { entered.Set(); open.Wait(); }), [x], ["gated"]),
            new("later", new Hook(() => later++), ["gated"], [ImageClassificationModel.OutputName]),
        ];
        Graph start = builder.Build(x);
        Graph network = new("gated", start.Inputs, [.. start.Nodes, .. nodes], [ImageClassificationModel.OutputName], start.Parameters);
        ImageClassificationModel model = new(network, new ModelManifest { Labels = ["a", "b", "c"], Width = 8, Height = 8 });
        using PredictionEnginePool pool = new(model, new PredictionEnginePoolOptions { MaximumEngines = 1 });
        using CancellationTokenSource leaves = new();
        Task<ImagePrediction> left = pool.PredictAsync(Red, leaves.Token);
        entered.Wait();
        Task<ImagePrediction> next = pool.PredictAsync(Red);
        leaves.Cancel();
        open.Set();
        Assert.That(async () => await left, Throws.InstanceOf<OperationCanceledException>());
        await next;
        Assert.That(later, Is.EqualTo(1), "only the caller who stayed reached the last layer");
    }

    /// <summary>Copies its input after something else.</summary>
    private sealed class Hook(Action before) : Operator
    {
        public override string OpType => "TestHook";

        internal override TensorShape[] Infer(ReadOnlySpan<TensorShape> inputs, ShapeCheck check) => [inputs[0]];

        internal override void Forward(ForwardStep step)
        {
            before();
            step.Input(0).CopyTo(step.Output(0));
        }

        internal override void Backward(BackwardStep step) => throw new NotSupportedException();
    }
}
