using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace SkinClassifier.Benchmarks.Serving;

/// <summary>What came back for one request.</summary>
/// <param name="Damaged">Whether the body was damaged.</param>
/// <param name="Status">Status; 0 when the connection broke.</param>
/// <param name="Seconds">From the first byte sent to the last received.</param>
/// <param name="Wrong">Whether it was a prediction that is not the one of this image with one model.</param>
/// <param name="Note">What was not expected.</param>
internal readonly record struct LoadAnswer(bool Damaged, HttpStatusCode Status, double Seconds, bool Wrong, string? Note)
{
    /// <summary>When the answer came, as <see cref="Stopwatch.GetTimestamp"/> says it.</summary>
    public long At { get; } = Stopwatch.GetTimestamp();
}

/// <summary>What a service calls its addresses.</summary>
/// <param name="IsServer">Whether it is skinclassifier-server; false: what `new webapi` wrote.</param>
internal sealed record ServiceAddresses(bool IsServer)
{
    public string Predict => IsServer ? "/v1/predict?top=100" : "/predict";

    public string Health => IsServer ? "/health/ready" : "/health";

    /// <summary>The labels of the model that predicts now.</summary>
    public async Task<string[]> Labels(HttpClient client)
    {
        using JsonDocument answer = JsonDocument.Parse(await client.GetStringAsync(IsServer ? "/v1/models" : "/labels"));
        return [.. (IsServer ? answer.RootElement[0].GetProperty("labels") : answer.RootElement).EnumerateArray().Select(l => l.GetString()!)];
    }
}

/// <summary>One connection: a request after the other, good and damaged, raw and as a form; waits as long as the service asks when it is full.</summary>
internal sealed class LoadCaller(HttpClient client, ServingSample sample, int damagedPercent, int seed, ServiceAddresses addresses)
{
    private readonly Random _random = new(seed);

    public async Task Run(ConcurrentQueue<LoadAnswer> answers, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            bool damaged = _random.Next(100) < damagedPercent;
            int image = _random.Next(damaged ? sample.Damaged.Length : sample.Images.Length);
            TimeSpan wait = TimeSpan.Zero;
            long start = Stopwatch.GetTimestamp();
            try
            {
                using HttpContent content = Content(damaged ? sample.Damaged[image] : sample.Images[image]);
                using HttpResponseMessage answer = await client.PostAsync(addresses.Predict, content, CancellationToken.None);
                byte[] body = await answer.Content.ReadAsByteArrayAsync(CancellationToken.None);
                answers.Enqueue(Judge(damaged, image, answer.StatusCode, body, Stopwatch.GetElapsedTime(start).TotalSeconds));
                wait = answer.Headers.RetryAfter?.Delta ?? wait;
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                answers.Enqueue(new LoadAnswer(damaged, 0, Stopwatch.GetElapsedTime(start).TotalSeconds, false, $"{error.GetType().Name}: {error.Message}"));
            }
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait + TimeSpan.FromMilliseconds(_random.Next(200)), CancellationToken.None);
        }
    }

    private LoadAnswer Judge(bool damaged, int image, HttpStatusCode status, byte[] body, double seconds)
    {
        if (status != HttpStatusCode.OK)
            return new LoadAnswer(damaged, status, seconds, false, (int)status is 400 or 413 && damaged || (int)status is 429 or 503 ? null
                : $"status {(int)status}");
        if (damaged)
            return new LoadAnswer(damaged, status, seconds, true, "a prediction of a damaged image");
        using JsonDocument answer = JsonDocument.Parse(body);
        Dictionary<string, float> scores = answer.RootElement.GetProperty("scores").EnumerateArray()
            .ToDictionary(s => s.GetProperty("label").GetString()!, s => s.GetProperty("score").GetSingle());
        return new LoadAnswer(damaged, status, seconds, !sample.IsRight(image, scores), null);
    }

    private HttpContent Content(byte[] body)
    {
        ByteArrayContent content = new(body);
        return addresses.IsServer || _random.Next(2) == 0 ? content
            : new MultipartFormDataContent { { new StringContent("a note"), "note" }, { content, "file", "image.jpg" } };
    }
}
