using System.Globalization;
using System.Security.Claims;
using System.Threading.RateLimiting;

namespace SkinClassifier.Server.Security;

/// <summary>How many predictions each caller (a session, the key from an address, an address) may ask for; a request may count as several.</summary>
internal sealed class PredictionRate : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext>? _limiter;
    private readonly int _perMinute;

    /// <summary>Prepares the limit.</summary>
    /// <param name="perMinute">Predictions in a minute; 0: no limit.</param>
    public PredictionRate(int perMinute) =>
        (_perMinute, _limiter) = (perMinute, perMinute == 0 ? null : PartitionedRateLimiter.Create<HttpContext, string>(context =>
        RateLimitPartition.GetTokenBucketLimiter(Caller(context), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 60),
            ReplenishmentPeriod = TimeSpan.FromMinutes(1.0 * Math.Max(1, perMinute / 60) / perMinute),
            QueueLimit = 0,
        })));

    /// <summary>
    /// Takes predictions from the caller's share, all of it where a request counts as more; the answer with status 429 where it is used up, else null.
    /// </summary>
    public IResult? Take(HttpContext context, int predictions)
    {
        if (_limiter is null)
            return null;
        using RateLimitLease lease = _limiter.AttemptAcquire(context, Math.Min(predictions, _perMinute));
        if (lease.IsAcquired)
            return null;
        double seconds = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait.TotalSeconds : 60;
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(seconds)).ToString(CultureInfo.InvariantCulture);
        return Results.Problem("Expected no more predictions in a minute than the server allows one caller, received more. Try again later.",
            title: "Too many predictions.", statusCode: StatusCodes.Status429TooManyRequests);
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter?.Dispose();

    private static string Caller(HttpContext context) =>
        $"{context.User.FindFirst(ClaimTypes.NameIdentifier)?.Value} {context.Connection.RemoteIpAddress}";
}
