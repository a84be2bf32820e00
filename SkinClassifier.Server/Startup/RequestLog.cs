using System.Diagnostics;

namespace SkinClassifier.Server.Startup;

/// <summary>One line for each request: what was asked for, the answer's status and time. No file name, query, header or content is logged.</summary>
internal sealed partial class RequestLog(RequestDelegate next, ILogger<RequestLog> logger)
{
    /// <summary>Passes the request on and logs it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            Log(logger, context.Request.Method, route, context.Response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds,
                context.TraceIdentifier);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route}: {Status} in {Milliseconds:0.0} ms, request {RequestId}")]
    private static partial void Log(ILogger logger, string method, string route, int status, double milliseconds, string requestId);
}
