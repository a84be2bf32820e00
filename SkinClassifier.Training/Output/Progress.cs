using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SkinClassifier.Training.Output;

/// <summary>Shows how far pieces of work are.</summary>
internal interface IProgressDisplay
{
    /// <summary>
    /// Tells that <paramref name="done"/> of <paramref name="total"/> units of the work called <paramref name="name"/> are done; the first call
    /// starts it, and so does one with less than before (the next fold, say). What is done by then, by a run that now goes on, does not count for the
    /// speed.
    /// </summary>
    /// <param name="name">The work.</param>
    /// <param name="done">Units done.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="left">Time left; null: as long as the units so far took.</param>
    void Report(string name, double done, double total, TimeSpan? left = null);

    /// <summary>Shows a line of text without disturbing the bars.</summary>
    void Line(string text);
}

/// <summary>Shows nothing.</summary>
internal sealed class NoProgress : IProgressDisplay
{
    public void Report(string name, double done, double total, TimeSpan? left = null) { }

    public void Line(string text) { }
}

/// <summary>A line every five seconds for logs, and one at the end of work that took longer than that.</summary>
internal sealed class PlainProgress(TextWriter writer, TimeProvider? clock = null) : IProgressDisplay
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private string? _name;
    private bool _shown;
    private long _started, _last;
    private double _before, _done;

    public void Report(string name, double done, double total, TimeSpan? left = null)
    {
        lock (_lock)
        {
            bool starts = _name != name || done < _done;
            _done = done;
            if (starts)
            {
                _name = name;
                _shown = false;
                _started = _last = _clock.GetTimestamp();
                _before = done;
                return;
            }
            bool end = done >= total;
            if (end ? !_shown : _clock.GetElapsedTime(_last) < TimeSpan.FromSeconds(5))
                return;
            _shown = true;
            _last = _clock.GetTimestamp();
            double seconds = _clock.GetElapsedTime(_started).TotalSeconds, rate = seconds > 0 ? (done - _before) / seconds : 0;
            string rest = end || rate <= 0 ? "" : $", {TimeLeft.Of(left ?? TimeSpan.FromSeconds((total - done) / rate))} left";
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {done:0} of {total:0}, {rate:0.#}/s{rest}"));
            if (end)
                _name = null;
        }
    }

    public void Line(string text)
    {
        lock (_lock)
            writer.WriteLine(text);
    }
}

/// <summary>Bars on a terminal.</summary>
internal sealed class LiveProgress(IAnsiConsole console, ProgressContext context) : IProgressDisplay
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProgressTask> _tasks = [];

    public void Report(string name, double done, double total, TimeSpan? left = null)
    {
        lock (_lock)
        {
            if (!_tasks.TryGetValue(name, out ProgressTask? task) || done < task.Value)
            {
                _tasks[name] = task = context.AddTask(Markup.Escape(CleanText.OneLine(name)), autoStart: false, total);
                task.Value = done;
                task.StartTask();
            }
            task.MaxValue = total;
            task.Value = done;
            TimeLeft.Set(task, left);
            if (done >= total)
                task.StopTask();
        }
    }

    public void Line(string text)
    {
        lock (_lock)
            console.WriteLine(CleanText.ManyLines(text));
    }
}

/// <summary>Time left of a bar: what its work says, else as long as its units so far took.</summary>
internal sealed class TimeLeft : ProgressColumn
{
    private const string Key = "left";

    /// <summary>Hours, minutes and seconds; hours may have more than two digits.</summary>
    public static string Of(TimeSpan time) => $"{(int)time.TotalHours}:{time:mm\\:ss}";

    /// <summary>What the work of a bar says; null: nothing.</summary>
    public static void Set(ProgressTask task, TimeSpan? left) => task.State.Update<double>(Key, _ => left?.TotalSeconds ?? 0);

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        double said = task.State.Get<double>(Key);
        TimeSpan? left = task.IsFinished ? TimeSpan.Zero : said > 0 ? TimeSpan.FromSeconds(said) : task.RemainingTime;
        return new Text(left is { } time ? Of(time) : "-:--:--", new Style(Color.Blue));
    }
}

/// <summary>Units per second of a bar.</summary>
internal sealed class RateColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        => new Text(task.Speed is { } speed ? speed.ToString("0.0", CultureInfo.InvariantCulture) + "/s" : "", new Style(Color.Grey));
}
