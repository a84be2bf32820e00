using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SkinClassifier.Benchmarks.Serving;

/// <summary>A web service on a free port of the loopback, ended with this object.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private readonly Process _process;

    private ServiceProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public bool IsAlive => !_process.HasExited;

    /// <summary>Resident memory now, MiB.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.HasExited ? 0 : _process.WorkingSet64 / 1048576.0;
        }
    }

    /// <summary>Processor time of all its threads since its start, seconds.</summary>
    public double ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Starts `dotnet SERVICE.dll` and waits until it listens.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    public static ServiceProcess Start(string service, string model, bool isServer = false)
    {
        string[] words = [Path.GetFullPath(service), "--urls", "http://127.0.0.1:0", isServer ? "--model" : "--Model", model];
        ProcessStartInfo start = new("dotnet", words) { RedirectStandardOutput = true, WorkingDirectory = Path.GetDirectoryName(words[0])! };
        Process process = Process.Start(start)
            ?? throw new InvalidOperationException("dotnet did not start.");
        while (process.StandardOutput.ReadLine() is { } line)
            if (Regex.Match(line, @"Now listening on: (http://\S+)") is { Success: true } match)
            {
                // Whatever it prints later must not fill the pipe.
                _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
                return new ServiceProcess(process, new Uri(match.Groups[1].Value));
            }
        throw new InvalidOperationException($"{service} ended before it listened, with exit code {process.ExitCode}.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
