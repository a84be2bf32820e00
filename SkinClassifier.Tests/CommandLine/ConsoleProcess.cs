using System.Diagnostics;

namespace SkinClassifier.Tests.CommandLine;

/// <summary>The console host as a process of its own.</summary>
internal sealed class ConsoleProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly List<string> _lines = [];

    private ConsoleProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>
    /// Starts the host; with <paramref name="largestFile"/>, no file may become longer than so many bytes, with <paramref name="heap"/> the managed heap not
    /// larger; <paramref name="environment"/> is one variable more.
    /// </summary>
    public static ConsoleProcess Start(IEnumerable<string> arguments, long? largestFile = null, long? heap = null,
        (string Name, string Value)? environment = null)
    {
        ProcessStartInfo start = new(largestFile is null ? "dotnet" : "bash") { RedirectStandardError = true, RedirectStandardOutput = true };
        if (environment is { } variable)
            start.Environment[variable.Name] = variable.Value;
        if (heap is not null)
            start.Environment["DOTNET_GCHeapHardLimit"] = $"0x{heap:x}";
        if (largestFile is { } bytes)
        {
            // Writing beyond the limit must fail like a full disk does, not end the process.
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add($"trap '' XFSZ; ulimit -f {bytes / 1024}; exec dotnet \"$@\"");
            start.ArgumentList.Add("dotnet");
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
        }
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "skinclassifier.dll"), .. arguments])
            start.ArgumentList.Add(argument);
        return new ConsoleProcess(start);
    }

    /// <summary>What it wrote to stderr so far.</summary>
    public string Error => string.Join('\n', _lines);

    /// <summary>Waits for a line of stderr that contains <paramref name="text"/>; false when the process ends without one.</summary>
    public bool WaitFor(string text)
    {
        while (_process.StandardError.ReadLine() is { } line)
        {
            _lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>Ends it at once (SIGKILL).</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public int Wait()
    {
        while (_process.StandardError.ReadLine() is { } line)
            _lines.Add(line);
        Assert.That(_process.WaitForExit(120_000), Is.True);
        _ = _output.Result;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
