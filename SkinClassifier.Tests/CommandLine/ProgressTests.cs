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

    [Test]
    public void Work_that_begins_again_under_its_name_counts_from_there()
    {
        using StringWriter text = new() { NewLine = "\n" };
        ManualClock clock = new();
        PlainProgress progress = new(text, clock);
        foreach (int done in new[] { 0, 60, 90, 10, 20, 40 })
        {
            progress.Report("fine-tune", done, 100);
            clock.Advance(5);
        }
        Assert.That(text.ToString(), Is.EqualTo("fine-tune: 60 of 100, 12/s, 0:00:03 left\nfine-tune: 90 of 100, 9/s, 0:00:01 left\n"
            + "fine-tune: 20 of 100, 2/s, 0:00:40 left\nfine-tune: 40 of 100, 3/s, 0:00:20 left\n"));
    }
}
