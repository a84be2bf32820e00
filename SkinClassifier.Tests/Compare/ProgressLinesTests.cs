using SkinClassifier.Compare.Output;
using SkinClassifier.Tests.Trainers;

namespace SkinClassifier.Tests.Compare;

public sealed class ProgressLinesTests
{
    [Test]
    public void A_line_every_five_seconds_tells_how_far_it_is_and_how_long_it_takes()
    {
        using StringWriter text = new();
        ManualClock clock = new();
        ProgressLines progress = new(text, quiet: false, live: false, clock);
        progress.Report("descriptors", 0, 100);
        for (int second = 1; second <= 12; second++)
        {
            clock.Advance(1);
            progress.Report("descriptors", 2 * second, 100);
        }
        Assert.That(text.ToString().ReplaceLineEndings("\n"),
            Is.EqualTo("descriptors: 10 of 100, 0:00:45 left\ndescriptors: 20 of 100, 0:00:40 left\n"));
    }

    [Test]
    public void Quiet_leaves_only_warnings()
    {
        using StringWriter text = new();
        ProgressLines progress = new(text, quiet: true, live: false);
        progress.Note("a note");
        progress.Warn("something doubtful");
        Assert.That(text.ToString().ReplaceLineEndings("\n"), Is.EqualTo("warning: something doubtful\n"));
    }

    [Test]
    public void A_note_on_a_terminal_does_not_stand_behind_the_line_of_the_progress()
    {
        using StringWriter text = new();
        ManualClock clock = new();
        ProgressLines progress = new(text, quiet: false, live: true, clock);
        progress.Report("head", 0, 10);
        clock.Advance(1);
        progress.Report("head", 5, 10);
        progress.Note("done");
        string line = "head: 5 of 10, 0:00:01 left";
        Assert.That(text.ToString().Replace(Environment.NewLine, "\n"), Is.EqualTo($"\r{line}\r{new string(' ', line.Length)}\rdone\n"));
    }
}
