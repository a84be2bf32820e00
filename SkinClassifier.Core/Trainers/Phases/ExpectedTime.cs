using SkinClassifier.Execution;
using SkinClassifier.Trainers.Loop;
using SkinClassifier.Trainers.Settings;

namespace SkinClassifier.Trainers.Phases;

/// <summary>
/// How long a phase that trains on images will take: two steps on empty images, of which the second is timed, for the work of all epochs. They change
/// nothing that trains: statistics and gradients are put back, and what is random follows from the number of the step. A teacher has no memory.
/// </summary>
internal static class ExpectedTime
{
    /// <summary>Share of the images that have a loss below the mean; losses are skewed. Only the estimate depends on it.</summary>
    private const double EasyShare = 0.65;

    /// <summary>Shortest phase, in steps, of which a time is told: below, measuring would take a good part of it.</summary>
    public const int MinSteps = 60;

    /// <summary>Measures the steps, and a teacher's scores where there is one.</summary>
    public static EpochTimes Measure(ImagePhase phase, RunSetup run)
    {
        (double forward, double backward) = Step(phase.Plan, run.Reporter);
        PhaseSettings settings = phase.Settings;
        int batch = phase.Source.BatchSize, images = phase.Source.StepsPerEpoch * batch;
        double teacher = settings.Distillation is { } distillation ? Teacher(distillation.Teacher, phase, run.Reporter) : 0;
        double skipped = EasyShare * run.Options.SkipEasy, full = phase.Work(settings.Epochs).Area;
        EpochTimes times = new(new double[settings.Epochs], new double[settings.Epochs]);
        for (int epoch = 0; epoch < settings.Epochs; epoch++)
        {
            (double area, double open) = phase.Work(epoch);
            double shown = images * (EasyImages.ShowsAll(epoch, settings.Epochs) ? 1 : 1 - skipped);
            times.Training[epoch] = (area * (forward + open * backward) + teacher) * shown / batch;
            times.Validation[epoch] = phase.ScoresAfter(epoch) ? full * forward * run.Validation.Examples.Count / batch : 0;
        }
        return times;
    }

    // A teacher scores images of its own size, whatever the size of the epoch.
    private static double Teacher(TeacherScores teacher, ImagePhase phase, ProgressReporter clock)
    {
        float[] input = new float[phase.Plan.InputShape.ElementCount], probabilities = new float[phase.Source.BatchSize * phase.Source.Classes];
        double seconds = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            long started = clock.Begin();
            teacher.Fill(phase.Source, input, phase.Plan.InputShape, probabilities);
            seconds = clock.Seconds(started);
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
