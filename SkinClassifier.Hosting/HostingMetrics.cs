using System.Diagnostics.Metrics;

namespace SkinClassifier.Hosting;

/// <summary>Metrics for System.Diagnostics.Metrics under the meter name "SkinClassifier.Hosting".</summary>
internal static class HostingMetrics
{
    private static readonly Meter Meter = new("SkinClassifier.Hosting");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("skinclassifier.prediction.duration", "s", "Time of a prediction, waiting for an engine included.");
    private static readonly Counter<long> Reloads = Meter.CreateCounter<long>("skinclassifier.model.reloads", description: "New model files, taken over or refused.");

    public static void Predicted(string model, TimeSpan time)
    {
        if (Duration.Enabled)
            Duration.Record(time.TotalSeconds, new KeyValuePair<string, object?>("model", model));
    }

    public static void Reloaded(string model, bool taken)
        => Reloads.Add(1, new KeyValuePair<string, object?>("model", model), new KeyValuePair<string, object?>("taken", taken));
}
