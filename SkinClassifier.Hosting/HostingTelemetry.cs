using System.Diagnostics;
using System.Diagnostics.Metrics;
using SkinClassifier.Common;

namespace SkinClassifier.Hosting;

/// <summary>
/// Metrics and activities of a host, named by OpenTelemetry's conventions: meter and activity source "SkinClassifier.Hosting", seconds, units in braces for
/// things that are counted, <c>error.type</c> only where something failed.
/// </summary>
internal sealed class HostingTelemetry : IDisposable
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "SkinClassifier.Hosting";

    private const string ModelTag = "skinclassifier.model.name", OutcomeTag = "skinclassifier.outcome", ReasonTag = "skinclassifier.rejection.reason",
        ErrorTag = "error.type";

    private static readonly string? Version = typeof(HostingTelemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly ActivitySource Source = new(Name, Version);
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30],
    };

    private readonly Meter _meter;
    private readonly Histogram<double> _duration, _queueDuration;
    private readonly UpDownCounter<long> _queueLength, _active;
    private readonly Counter<long> _rejections, _reloads;

    public HostingTelemetry(IMeterFactory? factory)
    {
        MeterOptions options = new(Name) { Version = Version };
        _meter = factory?.Create(options) ?? new Meter(options);
        _duration = _meter.CreateHistogram("skinclassifier.prediction.duration", "s",
            "Time of a prediction from call to answer, reading and waiting included.", advice: Seconds);
        _queueDuration = _meter.CreateHistogram("skinclassifier.prediction.queue.duration", "s", "Time that a prediction waited for an engine.",
            advice: Seconds);
        _queueLength = _meter.CreateUpDownCounter<long>("skinclassifier.prediction.queue.length", "{caller}",
            "Callers who wait for an engine, or still send their image.");
        _active = _meter.CreateUpDownCounter<long>("skinclassifier.prediction.active", "{prediction}", "Predictions that have an engine.");
        _rejections = _meter.CreateCounter<long>("skinclassifier.prediction.rejections", "{prediction}",
            "Predictions that were refused or ended because of a limit.");
        _reloads = _meter.CreateCounter<long>("skinclassifier.model.reloads", "{reload}", "New model files, taken over or refused.");
    }

    /// <summary>An activity over a prediction; null without a listener.</summary>
    public static Activity? StartPrediction(string model) => Start("predict", model);

    /// <summary>An activity over the loading of a file; null without a listener.</summary>
    public static Activity? StartLoading(string model) => Start("load", model);

    public void Queued(string model, int change) => _queueLength.Add(change, new KeyValuePair<string, object?>(ModelTag, model));

    public void Started(string model, TimeSpan waited)
    {
        _active.Add(1, new KeyValuePair<string, object?>(ModelTag, model));
        _queueDuration.Record(waited.TotalSeconds, new KeyValuePair<string, object?>(ModelTag, model));
    }

    public void Ended(string model) => _active.Add(-1, new KeyValuePair<string, object?>(ModelTag, model));

    /// <summary>A prediction is over; <paramref name="error"/> is why it failed.</summary>
    public void Predicted(string model, TimeSpan time, Exception? error, Activity? activity)
    {
        TagList tags = new() { { ModelTag, model }, { OutcomeTag, Outcome(error) } };
        if (error is not null)
            tags.Add(ErrorTag, error.GetType().FullName);
        _duration.Record(time.TotalSeconds, tags);
        if (error is PredictionRejectedException rejected)
            _rejections.Add(1, new KeyValuePair<string, object?>(ModelTag, model), new KeyValuePair<string, object?>(ReasonTag, Reason(rejected.Reason)));
        Close(activity, error);
    }

    /// <summary>A new file was taken over, or refused because of <paramref name="error"/>.</summary>
    public void Reloaded(string model, Exception? error)
    {
        TagList tags = new() { { ModelTag, model }, { OutcomeTag, error is null ? "ok" : "refused" } };
        if (error is not null)
            tags.Add(ErrorTag, error.GetType().FullName);
        _reloads.Add(1, tags);
    }

    /// <summary>Ends an activity.</summary>
    public static void Close(Activity? activity, Exception? error)
    {
        if (activity is null)
            return;
        activity.SetTag(OutcomeTag, Outcome(error));
        if (error is not null)
        {
            activity.SetTag(ErrorTag, error.GetType().FullName);
            activity.SetStatus(ActivityStatusCode.Error, error.Message);
        }
        activity.Dispose();
    }

    public void Dispose() => _meter.Dispose();

    private static Activity? Start(string operation, string model)
    {
        if (!Source.HasListeners())
            return null;
        Activity? activity = Source.StartActivity(model.Length == 0 ? operation : $"{operation} {model}");
        activity?.SetTag(ModelTag, model);
        return activity;
    }

    private static string Outcome(Exception? error) => error switch
    {
        null => "ok",
        PredictionRejectedException => "rejected",
        OperationCanceledException => "canceled",
        InvalidContentException => "invalid_content",
        UnsupportedContentException => "unsupported_content",
        _ => "error",
    };

    private static string Reason(PredictionRejection reason) => reason switch
    {
        PredictionRejection.QueueFull => "queue_full",
        PredictionRejection.BuffersFull => "buffers_full",
        PredictionRejection.TimedOut => "timed_out",
        PredictionRejection.ReadTimedOut => "read_timed_out",
        PredictionRejection.TooManyBytes => "too_many_bytes",
        _ => "too_many_pixels",
    };
}
