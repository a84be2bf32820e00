namespace SkinClassifier.Server.Startup;

/// <summary>Asks a running server whether it predicts: for containers, whose images have no other program that could ask.</summary>
internal static class HealthQuestion
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Prints the answer of the server at an address; the exit code says whether it is ready.</summary>
    /// <exception cref="InputException">The address is none of http or https.</exception>
    public static async Task<int> AskAsync(string address, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https"))
            throw new InputException($"--check-health {address}: expected an address such as {ServerOptions.DefaultUrl}, received another text.");
        using HttpClient client = new() { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(server, "/health/ready"), cancellationToken);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(cancellationToken));
            return answer.IsSuccessStatusCode ? ExitCode.Done : ExitCode.UnexpectedError;
        }
        catch (Exception error) when (error is HttpRequestException || error is TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            Console.Error.WriteLine($"--check-health {address}: no answer: {error.Message}");
            return ExitCode.UnexpectedError;
        }
    }
}
