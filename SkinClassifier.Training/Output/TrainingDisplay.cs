using SkinClassifier.Trainers;

namespace SkinClassifier.Training.Output;

/// <summary>Shows what the trainer reports.</summary>
internal sealed class TrainingDisplay(IProgressDisplay progress)
{
    public void Show(TrainingMetrics metrics)
    {
        switch (metrics.Kind)
        {
            case TrainingMetricsKind.Progress when metrics.Total > 0:
                // One bar for all epochs of a phase, so that the time left is that of the phase.
                double before = Math.Max(metrics.Epoch - 1, 0) * (double)metrics.Total;
                progress.Report(metrics.Phase, before + metrics.Done, Math.Max(metrics.Epochs, 1) * (double)metrics.Total);
                break;
            case TrainingMetricsKind.Warning:
                progress.Line("warning: " + metrics.Text);
                break;
            case TrainingMetricsKind.Message or TrainingMetricsKind.Epoch:
                progress.Line(metrics.ToString());
                break;
        }
    }
}
