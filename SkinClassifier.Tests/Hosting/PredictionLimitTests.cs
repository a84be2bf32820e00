using System.Buffers.Binary;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Models;
using SkinClassifier.Tests.Prediction;

namespace SkinClassifier.Tests.Hosting;

/// <summary>What a host refuses, how early, and that it is as good as new afterwards.</summary>
public sealed class PredictionLimitTests
{
    private static readonly RgbImage Red = SmallModels.Plain(230, 10, 10);
    private TemporaryFolder _folder = null!;
    private string _model = "";

    [SetUp]
    public void Prepare()
    {
        _folder = new TemporaryFolder();
        _model = _folder.File("model.zip");
        SmallModels.Create(["red", "green", "blue"]).Save(_model);
    }

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public void The_defaults_are_made_for_servers()
    {
        PredictionLimits limits = new();
        Assert.That((limits.MaxPixels, limits.MaxBytes, limits.MaxPixelsAtOnce, limits.MaxBufferedBytes),
            Is.EqualTo((25_000_000L, 32L << 20, 100_000_000L, 256L << 20)));
        Assert.That((limits.MaxWaitingCallers, limits.Timeout.TotalSeconds, limits.ReadTimeout.TotalSeconds), Is.EqualTo((100, 30.0, 60.0)));
    }

    [Test]
    public void All_settings_out_of_range_are_named_at_once()
    {
        using ServiceProvider services = TestHost.Services(_model, configure: o =>
        {
            PredictionLimits limits = new() { MaxPixels = 0, MaxBytes = 0, MaxPixelsAtOnce = -1, MaxBufferedBytes = -1, MaxWaitingCallers = -1 };
            (limits.ReadTimeout, limits.Timeout, limits.RetryAfter) = (TimeSpan.Zero, TimeSpan.Zero, -TimeSpan.FromSeconds(1));
            o.Limits = limits;
            o.Pool = new PredictionEnginePoolOptions { MaximumEngines = 0 };
            o.PollingInterval = TimeSpan.Zero;
            o.SettleTime = -TimeSpan.FromSeconds(1);
        });
        OptionsValidationException error = Assert.Throws<OptionsValidationException>(() => services.Pools())!;
        Assert.That(error.Failures.Select(f => f.Split(':')[0]), Is.EquivalentTo(new[]
        {
            "Limits.MaxPixels", "Limits.MaxBytes", "Limits.MaxPixelsAtOnce", "Limits.MaxBufferedBytes", "Limits.MaxWaitingCallers", "Limits.ReadTimeout",
            "Limits.Timeout", "Limits.RetryAfter",
            "Pool.MaximumEngines", "PollingInterval", "SettleTime",
        }));
    }

    [Test]
    public void Too_many_declared_pixels_are_refused_before_the_rest_arrives()
    {
        using ServiceProvider services = TestHost.Services(_model);
        using GatedStream stream = new(DeclaredPng(5001, 5000, 20_000_000), before: 100_000);
        PredictionRejectedException error = Rejection(() => services.Pools().PredictAsync("skin", stream))!;
        Assert.That((error.Reason, error.RetryAfter), Is.EqualTo((PredictionRejection.TooManyPixels, (TimeSpan?)null)));
        Assert.That(error.Message, Does.Contain("expected at most 25000000 pixels, received 5001×5000 = 25005000"));
        Assert.That(stream.BytesRead, Is.LessThanOrEqualTo(100_000));
        byte[] small = DeclaredPng(5001, 5000, 100);
        string path = _folder.File("large.png");
        File.WriteAllBytes(path, small);
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", small))!.Reason, Is.EqualTo(PredictionRejection.TooManyPixels));
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", path))!.Reason, Is.EqualTo(PredictionRejection.TooManyPixels));
        Assert.That(() => services.Pools().Predict("skin", small), Throws.InstanceOf<PredictionRejectedException>());
        Assert.That(services.Pools().Predict("skin", Red).PredictedLabel, Is.EqualTo("red"));
    }

    [Test]
    public void Too_many_bytes_are_refused_when_they_are_too_many()
    {
        using ServiceProvider services = TestHost.Services(_model, configure: o => o.Limits.MaxBytes = 70_000);
        using GatedStream stream = new(DeclaredPng(10, 10, 1_000_000), before: 1_000_000);
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", stream))!.Reason, Is.EqualTo(PredictionRejection.TooManyBytes));
        Assert.That(stream.BytesRead, Is.EqualTo(70_001));
        byte[] content = new byte[70_001];
        string path = _folder.File("large.png");
        File.WriteAllBytes(path, content);
        using FileStream file = File.OpenRead(path);
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", file))!.Message,
            Does.Contain("large.png: expected at most 70000 bytes, received 70001"));
        Assert.That(file.Position, Is.Zero, "its length told before it was read");
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", content))!.Reason, Is.EqualTo(PredictionRejection.TooManyBytes));
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", path))!.Reason, Is.EqualTo(PredictionRejection.TooManyBytes));
    }

    [Test]
    public async Task An_image_of_exactly_the_limit_is_read_from_a_stream()
    {
        byte[] png = SmallModels.Plain(10, 10, 230, 300, 200).EncodePng();
        byte[] padded = [.. png, .. new byte[80_000 - png.Length]];
        using ServiceProvider services = TestHost.Services(_model, configure: o => (o.Limits.MaxBytes, o.Limits.MaxBufferedBytes) = (80_000, 80_000));
        using GatedStream stream = new(padded, before: padded.Length);
        stream.Open();
        Assert.That((await services.Pools().PredictAsync("skin", stream)).PredictedLabel, Is.EqualTo("blue"));
    }

    [Test]
    public void What_is_no_image_is_refused_after_its_head()
    {
        using ServiceProvider services = TestHost.Services(_model);
        using GatedStream stream = new(new byte[5_000_000], before: 5_000_000);
        Assert.That(async () => await services.Pools().PredictAsync("skin", stream), Throws.InstanceOf<UnsupportedContentException>());
        Assert.That(stream.BytesRead, Is.LessThanOrEqualTo(64 << 10));
    }

    [Test]
    public async Task A_JPEG_with_long_metadata_before_its_size_is_read()
    {
        byte[] jpeg = SmallModels.Plain(10, 230, 10, 40, 30).EncodeJpeg();
        byte[] comment = new byte[4 + 60_000];
        (comment[0], comment[1]) = (0xFF, 0xFE);
        BinaryPrimitives.WriteUInt16BigEndian(comment.AsSpan(2), 60_002);
        byte[] content = [.. jpeg[..2], .. comment, .. comment, .. comment, .. jpeg[2..]];
        using ServiceProvider services = TestHost.Services(_model);
        using GatedStream stream = new(content, before: content.Length);
        stream.Open();
        Assert.That((await services.Pools().PredictAsync("skin", stream)).PredictedLabel, Is.EqualTo("green"));
    }

    [Test]
    public async Task More_callers_than_engines_and_places_are_refused_at_once_and_the_others_get_their_scores()
    {
        using ServiceProvider services = TestHost.Services(_model, configure: o =>
        {
            o.Pool = new PredictionEnginePoolOptions { MaximumEngines = 2 };
            o.Limits.MaxWaitingCallers = 3;
            o.Limits.RetryAfter = TimeSpan.FromSeconds(7);
        });
        NamedPredictionEnginePools pools = services.Pools();
        GatedStream[] streams = [.. Enumerable.Range(0, 5).Select(_ => new GatedStream(Red.EncodePng()))];
        Task<ImagePrediction>[] inside = [.. streams.Select(s => pools.PredictAsync("skin", s))];
        Assert.That(pools.Status[0].WaitingCallers, Is.EqualTo(5), "all still send their image");
        PredictionRejectedException error = Rejection(() => pools.PredictAsync("skin", Red))!;
        Assert.That((error.Reason, error.RetryAfter), Is.EqualTo((PredictionRejection.QueueFull, (TimeSpan?)TimeSpan.FromSeconds(7))));
        Assert.That(error.Message, Does.Contain("expected at most 3 waiting callers"));
        foreach (GatedStream stream in streams)
            stream.Open();
        Assert.That((await Task.WhenAll(inside)).Select(p => p.PredictedLabel), Is.All.EqualTo("red"));
        Assert.That((await pools.PredictAsync("skin", Red)).PredictedLabel, Is.EqualTo("red"));
        Assert.That(pools.Status[0].WaitingCallers, Is.Zero);
    }

    [Test]
    public async Task Bytes_that_wait_are_bounded_and_come_back()
    {
        using ServiceProvider services = TestHost.Services(_model, configure: o => (o.Limits.MaxBytes, o.Limits.MaxBufferedBytes) = (100_000, 150_000));
        NamedPredictionEnginePools pools = services.Pools();
        byte[] png = [.. Red.EncodePng(), .. new byte[90_000]];
        using GatedStream first = new(png, before: 80_000), second = new(png, before: 80_000);
        Task<ImagePrediction> one = pools.PredictAsync("skin", first);
        Assert.That(Rejection(() => pools.PredictAsync("skin", second))!.Reason, Is.EqualTo(PredictionRejection.BuffersFull));
        first.Open();
        Assert.That((await one).PredictedLabel, Is.EqualTo("red"));
        second.Open();
        using GatedStream third = new(png, before: png.Length);
        third.Open();
        Assert.That((await pools.PredictAsync("skin", third)).PredictedLabel, Is.EqualTo("red"));
    }

    [Test]
    public void A_slow_sender_is_ended_and_a_caller_who_leaves_is_not_called_slow()
    {
        using ServiceProvider services = TestHost.Services(_model, configure: o => o.Limits.ReadTimeout = TimeSpan.FromMilliseconds(100));
        using GatedStream slow = new(Red.EncodePng(), before: 10), left = new(Red.EncodePng(), before: 10);
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", slow))!.Reason, Is.EqualTo(PredictionRejection.ReadTimedOut));
        using CancellationTokenSource leaves = new(10);
        Assert.That(async () => await services.Pools().PredictAsync("skin", left, leaves.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(services.Pools().Status[0].WaitingCallers, Is.Zero);
    }

    [Test]
    public void A_prediction_beyond_its_time_is_ended_and_frees_its_engine()
    {
        SmallModels.MobileNet(["a", "b"], 512).Save(_model);
        using ServiceProvider services = TestHost.Services(_model, configure: o =>
        {
            o.Pool = new PredictionEnginePoolOptions { MaximumEngines = 1 };
            o.Limits.Timeout = TimeSpan.FromMilliseconds(3);
        });
        PredictionRejectedException? error = null;
        for (int i = 0; i < 20 && error is null; i++)
            error = Rejection(() => services.Pools().PredictAsync("skin", Red));
        Assert.That((error!.Reason, error.RetryAfter), Is.EqualTo((PredictionRejection.TimedOut, (TimeSpan?)TimeSpan.FromSeconds(1))));
        using GatedStream stream = new(Red.EncodePng());
        stream.Open();
        Assert.That(Rejection(() => services.Pools().PredictAsync("skin", stream))?.Reason, Is.Null.Or.EqualTo(PredictionRejection.TimedOut),
            "the only engine is free again");
        Assert.That(services.Pools().Status[0].WaitingCallers, Is.Zero);
    }

    private static PredictionRejectedException? Rejection(Func<Task<ImagePrediction>> predict)
    {
        try
        {
            predict().GetAwaiter().GetResult();
            return null;
        }
        catch (PredictionRejectedException error)
        {
            return error;
        }
    }

    /// <summary>The head of a PNG of any declared size, with zeros up to a length.</summary>
    private static byte[] DeclaredPng(int width, int height, int length)
    {
        byte[] png = new byte[length];
        Red.EncodePng().AsSpan(0, 33).CopyTo(png);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        uint crc = 0xFFFFFFFF;
        foreach (byte value in png.AsSpan(12, 17))
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), ~crc);
        return png;
    }
}
