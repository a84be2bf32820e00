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
                progress.Report(metrics.Epochs > 0 ? $"{metrics.Phase} epoch {metrics.Epoch}/{metrics.Epochs}" : metrics.Phase, metrics.Done, metrics.Total);
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
