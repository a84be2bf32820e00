using System.Diagnostics;

namespace SkinClassifier.Tests.Common;

/// <summary>Files that are none, for tests on systems that have them in folders.</summary>
internal static class SpecialFiles
{
    /// <summary>Makes a named pipe and returns its path. Opening it would wait until somebody writes.</summary>
    public static string Pipe(string path)
    {
        using Process process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero);
        return path;
    }

    /// <summary>The result of work that must not wait for a pipe.</summary>
    public static T Within<T>(Func<T> work)
    {
        Task<T> task = Task.Run(work);
        if (Task.WaitAny([task], 60_000) < 0)
            Assert.Fail("After a minute it still waits.");
        return task.GetAwaiter().GetResult();
    }
}
