using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SkinClassifier.Hosting;
using SkinClassifier.Models;
using SkinClassifier.Prediction;
using SkinClassifier.Tests.Hosting;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Server;

/// <summary>
/// Many connections at once while the model is exchanged again and again, at a scale that takes seconds. Figures of a large one: docs/server.md.
/// </summary>
public sealed class ServerLoadTests
{
    private const int Connections = 400, Swaps = 50, Waiting = 4;

    [Test]
    public async Task Four_hundred_connections_are_answered_or_told_to_wait_and_no_answer_mixes_two_models()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("model.zip");
        ImageClassificationModel[] models =
            [SmallModels.Create(["a1", "a2", "a3"], sharpness: 0.02f), SmallModels.Create(["b1", "b2", "b3"], sharpness: 0.05f)];
        Dictionary<string, (string Letter, float Score)> expected = [];
        foreach (ImageClassificationModel model in models)
        {
            model.Save(path);
            using PredictionEngine engine = new(model);
            expected[Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path)))] =
                (model.Labels[0][..1], engine.Predict(RunningServer.Red.AsSpan()).Scores[0].Score);
        }
        await using RunningServer server = await RunningServer.StartAsync(options =>
        {
            (options.PollingInterval, options.SettleTime) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(10));
            options.Limits.MaxWaitingCallers = Waiting;
        }, "--model", path);
        IPredictionEnginePools pools = server.Services.GetRequiredService<IPredictionEnginePools>();
        using CancellationTokenSource stop = new();
        ConcurrentQueue<string> wrong = [];
        ConcurrentDictionary<string, int> seen = new();
        Task[] callers = [.. Enumerable.Range(0, Connections).Select(i => Task.Run(() => CallAsync(i)))];
        for (int swap = 1; swap <= Swaps; swap++)
        {
            ImageClassificationModel next = models[swap % 2 == 1 ? 0 : 1];
            next.Save(path);
            await TestHost.Until(() => pools.GetModel().Labels[0] == next.Labels[0], $"exchange {swap} was not taken: {pools.Status[0].LastError}");
        }
        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.That(wrong, Is.Empty);
        Assert.That(seen.Keys, Is.SupersetOf(new[] { "200 a", "200 b", "429" }));
        Assert.That(seen.Keys, Is.SubsetOf(new[] { "200 a", "200 b", "429", "503" }));
        Assert.That(pools.Status[0].WaitingCallers, Is.Zero);

        async Task CallAsync(int caller)
        {
            while (!stop.IsCancellationRequested)
            {
                using HttpResponseMessage answer = await SendAsync(server, caller);
                string body = await answer.Content.ReadAsStringAsync();
                string kind = $"{(int)answer.StatusCode}";
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    (string letter, float score, string? hash) = Read(caller, answer, body);
                    kind += $" {letter}";
                    if (!expected.Any(e => (hash is null || e.Key == hash) && e.Value.Letter == letter && Math.Abs(e.Value.Score - score) < 1e-6))
                        wrong.Enqueue($"{hash} {body}");
                }
                else if (answer.Headers.RetryAfter?.Delta is not { TotalSeconds: >= 1 })
                    wrong.Enqueue($"{kind} without Retry-After: {body}");
                else
                    await Task.Delay(100 + caller % 100);
                seen.AddOrUpdate(kind, 1, (_, count) => count + 1);
            }
        }
    }

    /// <summary>A third each: /v1/predict, /v1/explain and an inference request of two images.</summary>
    private static Task<HttpResponseMessage> SendAsync(RunningServer server, int caller) => (caller % 3) switch
    {
        0 => server.PostAsync("/v1/predict", RunningServer.Red),
        1 => server.PostAsync("/v1/explain", RunningServer.Red),
        _ => server.Client.PostAsync("/v2/models/default/infer", new StringContent($$"""
            {"inputs":[{"name":"image","datatype":"BYTES","shape":[2],"data":["{{Convert.ToBase64String(RunningServer.Red)}}",
            "{{Convert.ToBase64String(RunningServer.Red)}}"]}]}
            """, Encoding.UTF8, new MediaTypeHeaderValue("application/json"))),
    };

    /// <summary>Letter of the labels, highest score and the hash that an answer names; the letter is "?" where labels or images disagree.</summary>
    private static (string Letter, float Score, string? Hash) Read(int caller, HttpResponseMessage answer, string body)
    {
        JsonElement root = JsonDocument.Parse(body).RootElement;
        if (caller % 3 == 2)
        {
            JsonElement outputs = root.GetProperty("outputs");
            float[] scores = [.. outputs[0].GetProperty("data").EnumerateArray().Select(n => n.GetSingle())];
            string[] letters = [.. outputs[1].GetProperty("data").EnumerateArray().Select(l => l.GetString()![..1]).Distinct()];
            return (letters is [var one] && scores[..3].SequenceEqual(scores[3..]) ? one : "?", scores.Max(), null);
        }
        JsonElement prediction = caller % 3 == 1 ? root.GetProperty("prediction") : root;
        string[] labels = [.. prediction.GetProperty("scores").EnumerateArray().Select(s => s.GetProperty("label").GetString()![..1]).Distinct()];
        if (caller % 3 == 1)
            labels = [.. labels.Append(root.GetProperty("heatMap").GetProperty("label").GetString()![..1]).Distinct()];
        return (labels is [var letter] ? letter : "?", prediction.GetProperty("scores")[0].GetProperty("score").GetSingle(),
            answer.Headers.GetValues("SkinClassifier-Model-Sha256").Single());
    }
}
