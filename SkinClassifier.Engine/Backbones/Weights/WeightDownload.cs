using System.Net;
using System.Net.Http.Headers;

namespace SkinClassifier.Backbones.Weights;

/// <summary>
/// Downloads one file into a ".part" file and goes on where it broke off. HTTPS only, plain HTTP only to this machine itself, also
/// behind redirects. The system's proxy settings are used.
/// </summary>
internal sealed class WeightDownload(WeightStoreOptions options, WeightEntry entry, Uri address, string part, IProgress<DownloadProgress>? progress)
{
    private const int MaxRedirects = 5;
    private const long MaxBytes = 8L << 30;

    private static readonly HttpClient _client =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Downloads until the part file is whole.</summary>
    /// <exception cref="WeightsUnavailableException">All tries failed, or the server says that it never will.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = options.FirstPause;
        for (int attempt = 1; ; attempt++)
        {
            string error;
            try
            {
                error = await TryAsync(cancellationToken).ConfigureAwait(false) ?? "";
                if (error.Length == 0)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                error = e.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                error = $"nothing came for {options.Timeout.TotalSeconds:0.##} seconds";
            }
            if (attempt >= options.Attempts)
                throw Unavailable($"{error} ({attempt} tries)");
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    /// <summary>One try: null when the file is whole, else why another try is worth it.</summary>
    private async Task<string?> TryAsync(CancellationToken cancellationToken)
    {
        long have = File.Exists(part) ? new FileInfo(part).Length : 0;
        string tagFile = part + ".etag", tag = File.Exists(tagFile) ? await File.ReadAllTextAsync(tagFile, cancellationToken).ConfigureAwait(false) : "";
        using HttpResponseMessage response = await SendAsync(have, tag, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            File.Delete(part);
            return "the part that is here is no longer part of the file";
        }
        bool goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == have;
        if (!goesOn && response.StatusCode != HttpStatusCode.OK)
        {
            string status = $"the server answered {(int)response.StatusCode} {response.ReasonPhrase}";
            return (int)response.StatusCode is 408 or 429 or >= 500 or 206 ? status : throw Unavailable(status);
        }
        long start = goesOn ? have : 0;
        long? total = goesOn ? response.Content.Headers.ContentRange!.Length : response.Content.Headers.ContentLength;
        CheckSize(total);
        if (!goesOn)
            await File.WriteAllTextAsync(tagFile, response.Headers.ETag is { IsWeak: false } strong ? strong.Tag : "", cancellationToken).ConfigureAwait(false);
        long received = await CopyAsync(response, start, total, cancellationToken).ConfigureAwait(false);
        long? expected = total ?? entry.Bytes;
        if (received < expected)
            return $"the connection broke off after {received} of {expected} bytes";
        File.Delete(tagFile);
        return null;
    }

    private void CheckSize(long? total)
    {
        if (total > MaxBytes || entry.Bytes is long known && total is long said && said != known)
        {
            File.Delete(part);
            throw Unavailable($"expected a file of {entry.Bytes ?? MaxBytes} bytes, the server offers {total}");
        }
    }

    private async Task<long> CopyAsync(HttpResponseMessage response, long start, long? total, CancellationToken cancellationToken)
    {
        using Stream source = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using FileStream target = new(part, start == 0 ? FileMode.Create : FileMode.Append, FileAccess.Write, FileShare.None);
        byte[] buffer = new byte[1 << 16];
        long received = start, most = Math.Min(MaxBytes, entry.Bytes ?? total ?? MaxBytes);
        while (true)
        {
            using CancellationTokenSource stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            stall.CancelAfter(options.Timeout);
            int count = await source.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (count == 0)
                return received;
            if (received + count > most)
            {
                target.SetLength(0);
                throw Unavailable($"expected {most} bytes, the server sends more");
            }
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            received += count;
            progress?.Report(new DownloadProgress(entry.Name, received, total ?? entry.Bytes));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(long have, string tag, CancellationToken cancellationToken)
    {
        Uri current = address;
        for (int redirects = 0; ; redirects++)
        {
            if (current.Scheme != Uri.UriSchemeHttps && !(current.Scheme == Uri.UriSchemeHttp && current.IsLoopback))
                throw Unavailable($"'{current}' is no https address");
            using HttpRequestMessage request = new(HttpMethod.Get, current);
            // Without a strong tag another version of the file could be glued to the part that is here, unless a hash is known.
            if (have > 0 && (tag.Length > 0 || entry.Sha256 is not null))
            {
                request.Headers.Range = new RangeHeaderValue(have, null);
                if (tag.Length > 0)
                    request.Headers.IfRange = new RangeConditionHeaderValue(tag);
            }
            using CancellationTokenSource wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            wait.CancelAfter(options.Timeout);
            HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, wait.Token).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
                return response;
            Uri? next = response.Headers.Location;
            response.Dispose();
            if (next is null || redirects == MaxRedirects)
                throw Unavailable($"'{current}' leads on {(next is null ? "to nowhere" : $"more than {MaxRedirects} times")}");
            current = next.IsAbsoluteUri ? next : new Uri(current, next);
        }
    }

    private WeightsUnavailableException Unavailable(string error) =>
        new($"{entry.Name}: {address}: {error}. Try again later, or download the file by hand and add it with: skinclassifier backbones add {entry.Name} FILE");
}
