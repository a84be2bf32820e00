using SkinClassifier.Distributed;
using SkinClassifier.Execution;
using SkinClassifier.Training.Output;
using SkinClassifier.Training.Settings;

namespace SkinClassifier.Training.Verbs;

/// <summary>
/// The processes of one `train --distributed`. Only the first writes files and tells; the others are silent but for their errors. A process that cannot go on
/// ends all.
/// </summary>
internal static class TrainingProcesses
{
    /// <summary>The one way to share a training.</summary>
    public const string Mpi = "mpi";

    /// <summary>What the first process may need to tell its own error, before the same error of others is told.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static MpiProcessGroup? s_group;
    private static StringWriter? s_hidden;
    private static TextWriter? s_error;
    private static bool s_completed;

    /// <summary>What a process says when it is told to stop; null: it trains alone.</summary>
    public static string? StopSentence { get; private set; }

    /// <summary>Joins the processes when the option says so.</summary>
    /// <param name="kind">Value of --distributed.</param>
    /// <param name="terminal">Where the first process tells.</param>
    /// <param name="folder">Folder of the run.</param>
    /// <returns>The processes; null: this one alone.</returns>
    public static IProcessGroup? Join(string kind, Terminal terminal, string folder)
    {
        if (kind != Mpi)
            return null;
        s_completed = false;
        s_group = MpiProcessGroup.Start();
        if (s_group.Rank > 0)
        {
            s_error = CleanConsole.RawError;
            Console.SetOut(TextWriter.Null);
            Console.SetError(s_hidden = new StringWriter());
        }
        else if (!s_group.IsLaunched)
            Terminal.Warn($"{RunOptionTable.Distributed.Flag} {Mpi}: neither mpirun nor srun started this process; it trains alone. Several: mpirun -n 4 "
                + "skinclassifier train …");
        else
            terminal.Note($"{s_group.Size} {(s_group.Size == 1 ? "process" : "processes")}, {s_group.Version.Split(',')[0]}");
        if (s_group.Size > 1)
            StopSentence = $"stopping: another process of this training has ended, or all were told to stop; continue with --resume {folder}, with as many "
                + "processes as you like";
        return s_group;
    }

    /// <summary>Notes that this process has done its part, so that it may wait for the others.</summary>
    public static int Complete(int exitCode)
    {
        s_completed = true;
        return exitCode;
    }

    /// <summary>At the end of a process: waits for the others, or ends them when this one could not do its part.</summary>
    public static int Leave(int exitCode)
    {
        if (s_group is not { } group)
            return exitCode;
        if (s_completed)
            group.Dispose();
        else
        {
            if (s_hidden is not null)
            {
                Thread.Sleep(Patience);
                foreach (string line in s_hidden.ToString().Split('\n').Where(l => l.Contains("error: ", StringComparison.Ordinal)))
                    s_error!.WriteLine($"process {group.Rank} of {group.Size}: {line.Trim()}");
                s_error!.Flush();
            }
            Console.Error.Flush();
            group.Abort(exitCode);
        }
        (s_group, s_hidden, s_error, StopSentence) = (null, null, null, null);
        return exitCode;
    }
}
