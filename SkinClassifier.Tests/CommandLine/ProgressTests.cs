using SkinClassifier.Tests.Trainers;
using SkinClassifier.Training.Output;

namespace SkinClassifier.Tests.CommandLine;

public sealed class ProgressTests
{
    [Test]
    public void What_was_done_before_does_not_count_for_speed_and_time_left()
    {
        using StringWriter text = new() { NewLine = "\n" };
        ManualClock clock = new();
        PlainProgress progress = new(text, clock);
        progress.Report("fine-tune", 800, 1000);
        clock.Advance(4);
        progress.Report("fine-tune", 840, 1000);
        clock.Advance(4);
        progress.Report("fine-tune", 880, 1000);
        clock.Advance(12);
        progress.Report("fine-tune", 1000, 1000);
        Assert.That(text.ToString(), Is.EqualTo("fine-tune: 880 of 1000, 10/s, 0:00:12 left\nfine-tune: 1000 of 1000, 10/s\n"));
    }
}
