using SkinClassifier.Trainers;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Output;

/// <summary>Shows what the trainer reports.</summary>
internal sealed class TrainingDisplay(IProgressDisplay progress)
{
    // A first estimate needs some steps that are not warming up; a short phase needs none.
    private const int ImagesBeforeEstimate = 200;
    private static readonly TimeSpan WorthTelling = TimeSpan.FromMinutes(2);
    private int _total;
    private bool _estimated;

    public void Show(TrainingMetrics metrics)
    {
        switch (metrics.Kind)
        {
            case TrainingMetricsKind.Progress when metrics.Total > 0:
                // One bar for all epochs of a phase, so that the time left is that of the phase.
                _total = metrics.Total;
                if (!_estimated && metrics.Phase is "fine-tune" or "scratch" && metrics.Done >= ImagesBeforeEstimate && metrics.Remaining is { } remaining)
                {
                    _estimated = true;
                    if (remaining > WorthTelling)
                        progress.Line($"{(metrics.Phase == "fine-tune"
                            ? "`--fine-tune-epochs 0` trains only a head on the frozen network, in a fraction of that time"
                            : "fewer `--epochs` or a smaller `--image-size` take less time")}. Ctrl+C leaves the best model so far.");
                }
                double before = Math.Max(metrics.Epoch - 1, 0) * (double)metrics.Total;
                progress.Report(metrics.Phase, before + metrics.Done, Math.Max(metrics.Epochs, 1) * (double)metrics.Total,
                    metrics.Epochs > 0 ? metrics.Remaining : null);
                break;
            case TrainingMetricsKind.Warning:
                progress.Line("warning: " + CommandLineNames.Translate(metrics.Text));
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
