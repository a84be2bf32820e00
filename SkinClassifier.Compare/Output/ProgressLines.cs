using System.Globalization;

namespace SkinClassifier.Compare.Output;

/// <summary>
/// Tells how far a piece of work is and how long it still takes: one line that is written again and again on a terminal, a line every five seconds
/// elsewhere. Safe for several threads.
/// </summary>
internal sealed class ProgressLines(TextWriter writer, bool quiet, bool live, TimeProvider? clock = null)
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(200), Seldom = TimeSpan.FromSeconds(5);
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private string? _work;
    private long _started, _last;
    private double _done;
    private int _shown;

    /// <summary>Tells that a part of a piece of work is done; another name, or less than before, starts a new one.</summary>
    public void Report(string work, double done, double total)
    {
        if (quiet)
            return;
        lock (_lock)
        {
            if (_work != work || done < _done)
            {
                // Several threads may report in another order: a little less than before is no new piece of work.
                if (_work == work && done > 1 && done < _done)
                    return;
                (_work, _started, _last) = (work, _clock.GetTimestamp(), _clock.GetTimestamp());
            }
            _done = done;
            if (_clock.GetElapsedTime(_last) < (live ? Often : Seldom))
                return;
            _last = _clock.GetTimestamp();
            double seconds = _clock.GetElapsedTime(_started).TotalSeconds;
            string left = done > 0 && done < total ? $", {TimeSpan.FromSeconds(seconds / done * (total - done)):h\\:mm\\:ss} left" : "";
            Write(string.Create(CultureInfo.InvariantCulture, $"{work}: {done:0} of {total:0}{left}"));
        }
    }

    /// <summary>Writes a note; left out with --quiet.</summary>
    public void Note(string text)
    {
        if (quiet)
            return;
        lock (_lock)
        {
            Clear();
            writer.WriteLine(text);
        }
    }

    /// <summary>Writes a warning, even with --quiet.</summary>
    public void Warn(string text)
    {
        lock (_lock)
        {
            Clear();
            writer.WriteLine($"warning: {text}");
        }
    }

    /// <summary>Removes the line that is written again and again.</summary>
    public void End()
    {
        lock (_lock)
            Clear();
    }

    private void Write(string line)
    {
        if (!live)
        {
            writer.WriteLine(line);
            return;
        }
        writer.Write("\r" + line.PadRight(_shown));
        _shown = line.Length;
    }

    private void Clear()
    {
        if (_shown > 0)
            writer.Write("\r" + new string(' ', _shown) + "\r");
        _shown = 0;
    }
}
