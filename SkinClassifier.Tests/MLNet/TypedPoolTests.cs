using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.MLNet;
using SkinClassifier.MLNet.Hosting;
using SkinClassifier.Tests.Hosting;

namespace SkinClassifier.Tests.MLNet;

/// <summary>The pool of ML.NET's own engines. Its simplest model multiplies a number.</summary>
public sealed class TypedPoolTests
{
    private readonly MLContext _context = new(seed: 1);

    [Test]
    public void A_model_with_our_network_predicts_from_many_threads_as_one_engine_does()
    {
        using TemporaryFolder folder = new();
        using SmallImages images = new();
        IDataView data = images.Keyed(_context);
        ImageNetworkTransformer model = SmallImages.Transformer(_context, data, "ImagePath");
        _context.Model.Save(model, data.Schema, folder.File("model.zip"));
        using var engine = _context.Model.CreatePredictionEngine<ImageRowInput, ImageRowOutput>(model);
        float[][] expected = [.. images.Rows.Select(r => engine.Predict(r).Score.ToArray())];
        using ServiceProvider services = new ServiceCollection().AddPredictionEnginePool<ImageRowInput, ImageRowOutput>()
            .FromFile(folder.File("model.zip")).Services.BuildServiceProvider();
        var pool = services.GetRequiredService<PredictionEnginePool<ImageRowInput, ImageRowOutput>>();
        float[][] scores = [.. Enumerable.Range(0, images.Rows.Count * 8).AsParallel().AsOrdered().WithDegreeOfParallelism(8)
            .Select(i => pool.Predict(images.Rows[i % images.Rows.Count]).Score.ToArray())];
        Assert.That(scores, Is.EqualTo(Enumerable.Range(0, scores.Length).Select(i => expected[i % expected.Length])));
    }

    [Test]
    public async Task A_replaced_file_gives_new_scores_and_a_damaged_one_is_refused_and_logged()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SaveFactor(path, 2);
        Lines lines = new();
        using ServiceProvider services = Services(lines, builder => builder.FromFile("times", path, watchForChanges: true));
        var pool = services.GetRequiredService<PredictionEnginePool<Row, Result>>();
        Assert.That(pool.Predict("times", new Row { Value = 5 }).Product, Is.EqualTo(10f));
        PredictionEngine<Row, Result> old = pool.GetPredictionEngine("times");

        SaveFactor(folder.File("new.zip"), 3);
        File.Move(folder.File("new.zip"), path, overwrite: true);
        await TestHost.Until(() => pool.Predict("times", new Row { Value = 5 }).Product == 15f, "the new file was not taken");
        Assert.That(old.Predict(new Row { Value = 5 }).Product, Is.EqualTo(10f), "a lent engine goes on with its own model");
        pool.ReturnPredictionEngine(old);
        Assert.That(pool.GetPredictionEngine("times"), Is.Not.SameAs(old));

        File.WriteAllText(path, "no zip");
        await TestHost.Until(() => lines.Errors.Length > 0, "the damaged file was not noticed");
        Assert.That(lines.Errors, Has.Some.Contains("\"times\"").And.Some.Contains("the old model stays")
            .And.Some.Contains("expected a model that ML.NET saved"));
        Assert.That(pool.Predict("times", new Row { Value = 5 }).Product, Is.EqualTo(15f));
    }

    [Test]
    public async Task A_file_that_is_not_watched_stays_as_it_was_loaded()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SaveFactor(path, 2);
        using ServiceProvider services = Services(new Lines(), builder => builder.FromFile("", path, watchForChanges: false));
        var pool = services.GetRequiredService<PredictionEnginePool<Row, Result>>();
        ITransformer first = pool.GetModel();
        SaveFactor(path, 3);
        await Task.Delay(400);
        Assert.That((pool.Predict(new Row { Value = 5 }).Product, pool.GetModel()), Is.EqualTo((10f, first)));
    }

    [Test]
    public void Two_registrations_are_one_pool_and_an_unknown_name_is_told_the_known_ones()
    {
        using TemporaryFolder folder = new();
        SaveFactor(folder.File("a.zip"), 2);
        SaveFactor(folder.File("b.zip"), 3);
        ServiceCollection services = new();
        services.AddPredictionEnginePool<Row, Result>().FromFile("a", folder.File("a.zip"));
        services.AddPredictionEnginePool<Row, Result>().FromFile("b", folder.File("b.zip"));
        services.AddPredictionEnginePool();
        using ServiceProvider provider = services.BuildServiceProvider();
        var pool = provider.GetServices<PredictionEnginePool<Row, Result>>().Single();
        Assert.That(new[] { "a", "b" }.Select(n => pool.Predict(n, new Row { Value = 5 }).Product), Is.EqualTo(new[] { 10f, 15f }));
        Assert.That(() => pool.Predict(new Row()), Throws.ArgumentException.With.Message.StartsWith(
            "Model \"\": expected one of \"a\", \"b\". Register it with FromFile."));
        services.AddPredictionEnginePool<Row, Result>().FromFile("a", folder.File("b.zip"));
        using ServiceProvider twice = services.BuildServiceProvider();
        Assert.That(() => twice.GetRequiredService<PredictionEnginePool<Row, Result>>(), Throws.ArgumentException.With.Message.StartsWith(
            "Model \"a\": expected one registration, received 2."));
    }

    [Test]
    public void An_engine_is_given_back_once_and_lent_again()
    {
        using TemporaryFolder folder = new();
        SaveFactor(folder.File("a.zip"), 2);
        using ServiceProvider services = Services(new Lines(), builder => builder.FromFile(folder.File("a.zip")));
        var pool = services.GetRequiredService<PredictionEnginePool<Row, Result>>();
        PredictionEngine<Row, Result> engine = pool.GetPredictionEngine(), second = pool.GetPredictionEngine();
        Assert.That(second, Is.Not.SameAs(engine));
        pool.ReturnPredictionEngine(engine);
        Assert.That(() => pool.ReturnPredictionEngine(engine), Throws.ArgumentException.With.Message.StartsWith(
            "engine: expected one that this pool has lent"));
        Assert.That(pool.GetPredictionEngine(), Is.SameAs(engine));
    }

    [Test]
    public void A_model_with_other_columns_is_refused_with_both_classes_and_the_file()
    {
        using TemporaryFolder folder = new();
        SaveFactor(folder.File("a.zip"), 2);
        using ServiceProvider services = new ServiceCollection().AddPredictionEnginePool<ImageRowInput, Result>().FromFile(folder.File("a.zip")).Services
            .BuildServiceProvider();
        var pool = services.GetRequiredService<PredictionEnginePool<ImageRowInput, Result>>();
        Assert.That(() => pool.Predict(new ImageRowInput()), Throws.TypeOf<InvalidContentException>().With.Message.Contains("a.zip: expected a model")
            .And.Message.Contains("ImageRowInput").And.Message.Contains("Result"));
    }

    private void SaveFactor(string path, int factor)
    {
        IDataView rows = _context.Data.LoadFromEnumerable([new Row { Value = 1 }]);
        _context.Model.Save(_context.Transforms.Expression("Product", $"x => x * {factor}", "Value").Fit(rows), rows.Schema, path);
    }

    private static ServiceProvider Services(Lines lines, Action<PredictionEnginePoolBuilder<Row, Result>> add)
    {
        ServiceCollection services = new();
        services.AddSingleton<ILogger<PredictionEnginePool<Row, Result>>>(lines);
        add(services.AddPredictionEnginePool<Row, Result>());
        return services.BuildServiceProvider();
    }

    public sealed class Row
    {
        public float Value { get; set; }
    }

    public sealed class Result
    {
        public float Product { get; set; }
    }

    private sealed class Lines : ILogger<PredictionEnginePool<Row, Result>>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _errors = new();

        public string[] Errors => [.. _errors];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
                _errors.Enqueue(formatter(state, exception));
        }
    }
}
