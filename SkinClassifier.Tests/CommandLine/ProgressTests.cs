using SkinClassifier.Tests.Trainers;
using SkinClassifier.Training.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

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

    [Test]
    public void The_time_that_the_work_says_is_left_goes_before_that_of_its_units()
    {
        using StringWriter text = new() { NewLine = "\n" };
        ManualClock clock = new();
        PlainProgress progress = new(text, clock);
        progress.Report("fine-tune", 0, 100);
        clock.Advance(5);
        progress.Report("fine-tune", 50, 100, TimeSpan.FromSeconds(75));
        clock.Advance(5);
        progress.Report("fine-tune", 60, 100, TimeSpan.FromHours(30));
        clock.Advance(5);
        progress.Report("fine-tune", 100, 100, TimeSpan.Zero);
        Assert.That(text.ToString(), Is.EqualTo("fine-tune: 50 of 100, 10/s, 0:01:15 left\n"
            + "fine-tune: 60 of 100, 6/s, 30:00:00 left\nfine-tune: 100 of 100, 6.7/s\n"));
    }

    [Test]
    public void A_bar_on_a_terminal_shows_the_time_that_the_work_says()
    {
        using StringWriter text = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });
        TimeLeft column = new();
        RenderOptions options = RenderOptions.Create(console);
        string Shown(ProgressTask task) => string.Concat(column.Render(options, task, TimeSpan.Zero).Render(options, 20).Select(s => s.Text));
        console.Progress().Start(context =>
        {
            ProgressTask task = context.AddTask("fine-tune", maxValue: 100);
            Assert.That(Shown(task), Is.EqualTo("-:--:--"));
            TimeLeft.Set(task, TimeSpan.FromSeconds(3675));
            Assert.That(Shown(task), Is.EqualTo("1:01:15"));
            TimeLeft.Set(task, null);
            Assert.That(Shown(task), Is.EqualTo("-:--:--"));
            task.Value = 100;
            Assert.That(Shown(task), Is.EqualTo("0:00:00"));
        });
    }
}
