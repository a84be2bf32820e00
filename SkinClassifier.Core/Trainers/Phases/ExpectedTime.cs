using SkinClassifier.Execution;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// How long a phase that trains on images will take: two steps on empty images, of which the second is timed, for the work of all epochs. They change
/// nothing that trains: statistics and gradients are put back, and what is random follows from the number of the step.
/// </summary>
internal static class ExpectedTime
{
    /// <summary>Share of the images that have a loss below the mean; losses are skewed. Only the estimate depends on it.</summary>
    private const double EasyShare = 0.65;

    /// <summary>Shortest phase, in steps, of which a time is told: below, measuring would take a good part of it.</summary>
    public const int MinSteps = 60;

    /// <summary>Seconds of all epochs and the looks at the validation set between them.</summary>
    public static double Seconds(ImagePhase phase, RunSetup run)
    {
        (double forward, double backward) = Step(phase.Plan, run.Reporter);
        PhaseSettings settings = phase.Settings;
        int batch = phase.Source.BatchSize, images = phase.Source.StepsPerEpoch * batch;
        double skipped = EasyShare * run.Options.SkipEasy, seconds = 0, full = phase.Work(settings.Epochs).Area;
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            (double area, double open) = phase.Work(epoch);
            double shown = images * (EasyImages.ShowsAll(epoch, settings.Epochs) ? 1 : 1 - skipped);
            double validated = phase.ScoresAfter(epoch) ? run.Validation.Examples.Count : 0;
            seconds += (area * (forward + open * backward) * shown + full * forward * validated) / batch;
        }
        return seconds;
    }

    private static (double Forward, double Backward) Step(TrainingPlan plan, ProgressReporter clock)
    {
        RunningStatistics statistics = new(plan);
        statistics.Note();
        float[] input = new float[plan.InputShape.ElementCount], gradient = new float[plan.OutputShape.ElementCount];
        double forward = 0, backward = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            long started = clock.Begin();
            plan.Forward(input);
            forward = clock.Seconds(started);
            plan.Backward(gradient);
            backward = clock.Seconds(started) - forward;
        }
        statistics.PutBack();
        plan.ZeroGradients();
        plan.Step = 0;
        return (forward, backward);
    }
}
