using System.ComponentModel;
using System.Diagnostics;

namespace SkinClassifier.Training.Projects;

/// <summary>Asks the installed SDK whether a project's packages can be reached.</summary>
internal static class ProjectRestore
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Runs `dotnet restore`. Whether it went well is null where there is no SDK or it takes too long; the text is what it printed.</summary>
    /// <param name="folder">Folder of the project.</param>
    /// <param name="cancellationToken">Ends the SDK, too.</param>
    /// <param name="longest">How long it may take. Default: 3 minutes.</param>
    public static async Task<(bool? Reached, string Text)> RunAsync(string folder, CancellationToken cancellationToken, TimeSpan? longest = null)
    {
        TimeSpan allowed = longest ?? Longest;
        ProcessStartInfo start = new("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["restore", "--nologo", "-v", "q"])
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(allowed);
        try
        {
            using Process process = Process.Start(start)!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token), error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode == 0, $"{await output}{await error}".Trim());
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return (null, $"dotnet restore did not end within {allowed.TotalMinutes:0} minutes");
            }
        }
        catch (Win32Exception error)
        {
            return (null, $"the .NET SDK was not found ({error.Message})");
        }
    }
}
