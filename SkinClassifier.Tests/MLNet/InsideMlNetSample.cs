using System.Diagnostics;

namespace SkinClassifier.Tests.MLNet;

/// <summary>Runs the sample InsideMlNet: a fresh process that knows of a saved model only what is in the file.</summary>
internal static class InsideMlNetSample
{
    /// <summary>Scores images with a saved model: of each the path, the class with the largest score, the scores.</summary>
    public static string[][] Score(string zip, IEnumerable<string> images)
    {
        string program = Path.Combine(SharedFiles.Repository, "samples", "InsideMlNet", "bin", Configuration, "net10.0", "InsideMlNet.dll");
        ProcessStartInfo start = new("dotnet", [program, "score", zip, .. images]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string[][] lines = [.. process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r').Split('\t'))];
        process.WaitForExit();
        Assert.That((process.ExitCode, error.Result), Is.EqualTo((0, "")));
        return lines;
    }

    private static string Configuration =>
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Debug{Path.DirectorySeparatorChar}") ? "Debug" : "Release";
}
