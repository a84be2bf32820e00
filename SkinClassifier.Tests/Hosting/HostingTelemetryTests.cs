using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Prediction;

namespace SkinClassifier.Tests.Hosting;

public sealed class HostingTelemetryTests
{
    private static readonly RgbImage Red = SmallModels.Plain(230, 10, 10);

    [Test]
    public async Task Predictions_rejections_waiting_and_reloads_are_measured_with_model_and_outcome()
    {
        string name = $"m{Guid.NewGuid():N}";
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        SmallModels.Create(["a1", "x"]).Save(path);
        using Measurements seen = new(name);
        using ServiceProvider services = TestHost.Services(path, name, o =>
        {
            o.Pool = new PredictionEnginePoolOptions { MaximumEngines = 1 };
            o.Limits.MaxWaitingCallers = 0;
        });
        NamedPredictionEnginePools pools = services.Pools();
        pools.LoadAll();
        Assert.That(pools.GetModel(name).Labels, Has.Count.EqualTo(2));
        Assert.That(seen.Of("skinclassifier.prediction.duration"), Is.Empty, "looking at a model is no prediction");
        await pools.PredictAsync(name, Red);
        Assert.That(async () => await pools.PredictAsync(name, new byte[] { 1, 2, 3 }), Throws.InstanceOf<SkinClassifierException>());
        Assert.That(async () => await pools.PredictAsync(name, Red.EncodePng().AsMemory(0, 60)), Throws.InstanceOf<InvalidContentException>());
        using GatedStream waits = new(Red.EncodePng());
        Task<ImagePrediction> inside = pools.PredictAsync(name, waits);
        Assert.That(seen.Of("skinclassifier.prediction.queue.length").Sum(m => m.Value), Is.EqualTo(1));
        Assert.That(async () => await pools.PredictAsync(name, Red), Throws.InstanceOf<PredictionRejectedException>());
        waits.Open();
        await inside;

        string[] outcomes = [.. seen.Of("skinclassifier.prediction.duration").Select(m => m.Tags)];
        Assert.That(outcomes.Order(StringComparer.Ordinal), Is.EqualTo(new[]
        {
            "skinclassifier.outcome=invalid_content error.type=SkinClassifier.Common.InvalidContentException",
            "skinclassifier.outcome=ok",
            "skinclassifier.outcome=ok",
            "skinclassifier.outcome=rejected error.type=SkinClassifier.Hosting.PredictionRejectedException",
            "skinclassifier.outcome=unsupported_content error.type=SkinClassifier.Common.UnsupportedContentException",
        }));
        Assert.That(seen.Of("skinclassifier.prediction.duration").Select(m => m.Value), Is.All.InRange(0, 60));
        Assert.That(seen.Of("skinclassifier.prediction.rejections").Select(m => m.Tags), Is.EqualTo(new[] { "skinclassifier.rejection.reason=queue_full" }));
        Assert.That(seen.Of("skinclassifier.prediction.queue.duration").Count(), Is.EqualTo(3), "two answers, and one damaged image whose head is right");
        Assert.That(seen.Of("skinclassifier.prediction.queue.length").Sum(m => m.Value), Is.Zero);
        Assert.That(seen.Of("skinclassifier.prediction.active").Sum(m => m.Value), Is.Zero);

        File.WriteAllText(path, "bad");
        await TestHost.Until(() => seen.Of("skinclassifier.model.reloads").Count() == 1, "the refused file was not counted");
        SmallModels.Create(["b1", "x"]).Save(path);
        await TestHost.Until(() => seen.Of("skinclassifier.model.reloads").Count() == 2, "the new file was not counted");
        Assert.That(seen.Of("skinclassifier.model.reloads").Select(m => m.Tags),
            Is.EqualTo(new[] { "skinclassifier.outcome=refused error.type=SkinClassifier.Common.InvalidContentException", "skinclassifier.outcome=ok" }));
    }

    [Test]
    public async Task A_prediction_is_an_activity_with_model_and_outcome()
    {
        string name = $"m{Guid.NewGuid():N}";
        using TemporaryFolder folder = new();
        SmallModels.Create(["a1", "x"]).Save(folder.File("model.zip"));
        List<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "SkinClassifier.Hosting",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.OperationName.EndsWith(name, StringComparison.Ordinal))
                    lock (ended)
                        ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        using ServiceProvider services = TestHost.Services(folder.File("model.zip"), name);
        await services.Pools().PredictAsync(name, Red);
        Assert.That(async () => await services.Pools().PredictAsync(name, new byte[] { 1, 2, 3 }), Throws.InstanceOf<SkinClassifierException>());
        Assert.That(ended.Select(a => a.OperationName), Is.EqualTo(new[] { $"load {name}", $"predict {name}", $"predict {name}" }));
        Assert.That(ended.Select(a => a.GetTagItem("skinclassifier.model.name")), Is.All.EqualTo(name));
        Assert.That(ended.Select(a => a.GetTagItem("skinclassifier.outcome")), Is.EqualTo(new[] { "ok", "ok", "unsupported_content" }));
        Assert.That((ended[1].Status, ended[2].Status), Is.EqualTo((ActivityStatusCode.Unset, ActivityStatusCode.Error)));
    }

    [Test]
    public void Names_units_and_the_document_agree()
    {
        List<Instrument> instruments = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == "SkinClassifier.Hosting")
                lock (instruments)
                    instruments.Add(instrument);
        };
        listener.Start();
        using HostingTelemetry telemetry = new(null);
        string document = File.ReadAllText(Path.Combine(SharedFiles.Repository, "docs", "hosting.md"));
        Assert.That(instruments.Select(i => i.Name).Distinct().Count(), Is.EqualTo(6));
        foreach (Instrument instrument in instruments)
        {
            Assert.That(instrument.Name, Does.Match("^skinclassifier(\\.[a-z_]+)+$"));
            Assert.That(instrument.Unit, Is.EqualTo("s").Or.Match("^\\{[a-z]+\\}$"), instrument.Name);
            Assert.That(document, Does.Contain($"`{instrument.Name}`"), instrument.Name);
        }
        string source = File.ReadAllText(Path.Combine(SharedFiles.Repository, "SkinClassifier.Hosting", "HostingTelemetry.cs"));
        foreach (Match tag in Regex.Matches(source, "Tag = \"([a-z._]+)\""))
            Assert.That(document, Does.Contain($"`{tag.Groups[1].Value}`"));
    }

    /// <summary>Measurements of one model's name, with the other tags as text.</summary>
    private sealed class Measurements : IDisposable
    {
        private readonly List<(string Instrument, double Value, string Tags)> _all = [];
        private readonly MeterListener _listener = new();
        private readonly string _model;

        public Measurements(string model)
        {
            _model = model;
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "SkinClassifier.Hosting")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();
        }

        public IEnumerable<(string Instrument, double Value, string Tags)> Of(string instrument)
        {
            lock (_all)
                return [.. _all.Where(m => m.Instrument == instrument)];
        }

        public void Dispose() => _listener.Dispose();

        private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            KeyValuePair<string, object?>[] all = tags.ToArray();
            if (!all.Contains(new KeyValuePair<string, object?>("skinclassifier.model.name", _model)))
                return;
            string others = string.Join(' ', all.Where(t => t.Key != "skinclassifier.model.name").Select(t => $"{t.Key}={t.Value}"));
            lock (_all)
                _all.Add((instrument.Name, value, others));
        }
    }
}
