using System.Diagnostics;
using System.Globalization;

namespace SkinClassifier.Tests.Trainers;

/// <summary>The steady state of prediction and of the trainer's own loop, in a process of its own: a test host allocates at any time.</summary>
public sealed class StepAllocationTests
{
    [Test]
    public void Hundred_warm_turns_allocate_nothing_but_the_zlib_stream_of_PNG_on_any_thread([Values(1, 3)] int threads)
    {
        ProcessStartInfo start = new("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "SkinClassifier.Benchmarks.dll"), "allocations", "--threads",
            threads.ToString(CultureInfo.InvariantCulture)])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        TestContext.Out.WriteLine(output);
        foreach (string what in (string[])["predict JPEG", "predict PNG", "predict BMP", "predict GIF", "train"])
        {
            string[] cells = [.. output.Split('\n').Single(line => line.StartsWith($"| {what} |", StringComparison.Ordinal))
                .Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
            long[] numbers = [.. cells[1..].Select(cell => long.Parse(cell, CultureInfo.InvariantCulture))];
            if (what is "predict JPEG" or "train")
                Assert.That(numbers[0], Is.GreaterThan(0), $"{what}: bytes while warming up; the meter counts");
            long allowed = what == "predict PNG" ? 100 * 512 : 0; // the framework's zlib stream, once per file
            Assert.That(numbers[2..], Is.All.InRange(0, allowed), $"{what}: bytes on the caller's thread and on all threads");
        }
        Assert.That(process.ExitCode, Is.Zero);
    }
}
