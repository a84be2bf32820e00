using System.Diagnostics;
using System.Text.Json;

namespace SkinClassifier.Tests.Server;

/// <summary>The commands of docs/server.md, with curl itself; skipped where it is absent.</summary>
public sealed class CurlTests
{
    [Test]
    public async Task The_commands_of_the_document_work_with_curl()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllBytesAsync(folder.File("lesion.jpg"), RunningServer.Red);
        await using RunningServer server = await RunningServer.StartAsync("--fhir");
        Assert.That(Json(Run(folder, $"--data-binary @lesion.jpg {server.Address}v1/predict")).GetProperty("predicted").GetString(), Is.EqualTo("red"));
        Assert.That(Json(Run(folder, $"-F file=@lesion.jpg -F file=@lesion.jpg {server.Address}v1/predict")).GetArrayLength(), Is.EqualTo(2));
        Assert.That(Json(Run(folder, $"--data-binary @lesion.jpg -H Accept:application/fhir+json {server.Address}v1/predict"))
            .GetProperty("resourceType").GetString(), Is.EqualTo("Bundle"));
        await File.WriteAllTextAsync(folder.File("request.json"),
            $$"""{"inputs":[{"name":"image","datatype":"BYTES","shape":[1],"data":["{{Convert.ToBase64String(RunningServer.Red)}}"]}]}""");
        Assert.That(Json(Run(folder, $"-d @request.json {server.Address}v2/models/default/infer")).GetProperty("outputs")[1].GetProperty("data")[0].GetString(),
            Is.EqualTo("red"));
        Assert.That(Run(folder, $"-X POST {server.Address}v1/predict -w %{{http_code}} -o refused.json"), Is.EqualTo("400"));
        Assert.That(Json(await File.ReadAllTextAsync(folder.File("refused.json"))).GetProperty("title").GetString(), Is.EqualTo("The image cannot be read."));
    }

    [Test]
    public async Task A_key_is_sent_as_bearer_token()
    {
        using TemporaryFolder folder = new();
        await using RunningServer server = await RunningServer.StartWithKeyAsync();
        string request = $"{server.Address}v1/models -w %{{http_code}} -o models.json";
        Assert.That(Run(folder, request), Is.EqualTo("401"));
        Assert.That(Run(folder, $"{request} -H \"Authorization: Bearer {RunningServer.Key}\""), Is.EqualTo("200"));
    }

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static string Run(TemporaryFolder folder, string arguments)
    {
        ProcessStartInfo start = new("curl", "--silent --show-error --noproxy * " + arguments)
        {
            WorkingDirectory = folder.FullPath,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd(), error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, error);
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("curl was not found: install it (apt-get install curl) to run this test.");
            throw;
        }
    }
}
