using Microsoft.ML.Runtime;
using SkinClassifier.Trainers;

namespace SkinClassifier.MLNet.Training;

/// <summary>Sends the reports of the trainer to ML.NET's log and progress channel, and to the user's callback.</summary>
internal sealed class TrainingLog : IDisposable
{
    private readonly IChannel _channel;
    private readonly IProgressChannel _progress;
    private readonly Action<TrainingMetrics>? _callback;
    private TrainingMetrics? _last;

    public TrainingLog(IHost host, Action<TrainingMetrics>? callback)
    {
        _channel = host.Start("Training");
        _progress = host.StartProgressChannel("Training");
        _progress.SetHeader(new ProgressHeader(["train loss", "validation accuracy"], ["epochs"]), Fill);
        _callback = callback;
    }

    /// <summary>A sentence.</summary>
    public void Info(string text) => _channel.Info(MessageSensitivity.None, "{0}", text);

    /// <summary>A sentence about something that went wrong.</summary>
    public void Warn(string text) => _channel.Warning(MessageSensitivity.UserData, "{0}", text);

    /// <summary>A report of the trainer.</summary>
    public void Report(TrainingMetrics metrics)
    {
        switch (metrics.Kind)
        {
            case TrainingMetricsKind.Warning:
                Warn(metrics.Text);
                break;
            case TrainingMetricsKind.Progress:
                _channel.Trace(MessageSensitivity.None, "{0}", metrics.ToString());
                break;
            case TrainingMetricsKind.Epoch:
                _last = metrics;
                Info(metrics.ToString());
                _progress.Checkpoint(metrics.TrainLoss, metrics.ValidationAccuracy, metrics.Epoch);
                break;
            default:
                Info(metrics.ToString());
                break;
        }
        _callback?.Invoke(metrics);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _progress.Dispose();
        _channel.Dispose();
    }

    private void Fill(IProgressEntry entry)
    {
        if (_last is not { } last)
            return;
        entry.SetProgress(0, last.Epoch, last.Epochs);
        entry.SetMetric(0, last.TrainLoss ?? double.NaN);
        entry.SetMetric(1, last.ValidationAccuracy ?? double.NaN);
    }
}
