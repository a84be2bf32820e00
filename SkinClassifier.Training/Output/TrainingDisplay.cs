using SkinClassifier.Trainers;

namespace SkinClassifier.Training.Output;

/// <summary>Shows what the trainer reports.</summary>
internal sealed class TrainingDisplay(IProgressDisplay progress)
{
    private int _total;

    public void Show(TrainingMetrics metrics)
    {
        switch (metrics.Kind)
        {
            case TrainingMetricsKind.Progress when metrics.Total > 0:
                // One bar for all epochs of a phase, so that the time left is that of the phase.
                _total = metrics.Total;
                double before = Math.Max(metrics.Epoch - 1, 0) * (double)metrics.Total;
                progress.Report(metrics.Phase, before + metrics.Done, Math.Max(metrics.Epochs, 1) * (double)metrics.Total);
                break;
            case TrainingMetricsKind.Warning:
                progress.Line("warning: " + metrics.Text);
                break;
            case TrainingMetricsKind.Message:
                progress.Line(metrics.Text);
                break;
            case TrainingMetricsKind.Epoch:
                progress.Line(metrics.ToString());
                if (_total > 0)
                    progress.Report(metrics.Phase, metrics.Epoch * (double)_total, metrics.Epochs * (double)_total);
                break;
        }
    }
}
