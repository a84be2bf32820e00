using System.Globalization;
using SkinClassifier.Common;
using SkinClassifier.Hosting;

namespace SkinClassifier.Server.Api;

/// <summary>What an exception becomes for a caller: problem details (RFC 9457) with a status that says whose problem it is.</summary>
internal static class Problems
{
    /// <summary>Whether an exception is the request's problem, or that of a limit, and no problem of the server.</summary>
    public static bool IsExpected(Exception error, CancellationToken cancellationToken) => !cancellationToken.IsCancellationRequested
        && error is SkinClassifierException or PredictionRejectedException or BadHttpRequestException or IOException or InvalidDataException;

    /// <summary>The answer.</summary>
    public static IResult Of(Exception error, HttpContext context)
    {
        int status = StatusOf(error, context);
        string title = error switch
        {
            SkinClassifierException => "The image cannot be read.",
            PredictionRejectedException => "The image is not predicted.",
            BadHttpRequestException => "The request cannot be read.",
            _ => "The request ended early or its form is damaged.",
        };
        bool isText = error is SkinClassifierException
            && context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        return Results.Problem(error.Message + (isText ? " A form must be of the type multipart/form-data and hold the image as a file." : ""),
            title: title, statusCode: status);
    }

    /// <summary>The status of an answer; sets Retry-After where trying again can help.</summary>
    public static int StatusOf(Exception error, HttpContext context)
    {
        if (error is PredictionRejectedException { RetryAfter: { } wait })
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return error switch
        {
            PredictionRejectedException rejected => StatusOf(rejected.Reason),
            BadHttpRequestException bad => bad.StatusCode,
            _ => StatusCodes.Status400BadRequest,
        };
    }

    /// <summary>The answer where a model does not exist.</summary>
    public static IResult NoModel(string name, IPredictionEnginePools models) => Results.Problem(
        $"Expected the name of a model, one of {string.Join(", ", models.Status.Select(m => $"\"{m.Name}\""))}, received \"{name}\".",
        title: "There is no such model.", statusCode: StatusCodes.Status404NotFound);

    private static int StatusOf(PredictionRejection reason) => reason switch
    {
        PredictionRejection.QueueFull or PredictionRejection.BuffersFull => StatusCodes.Status429TooManyRequests,
        PredictionRejection.TooManyBytes or PredictionRejection.TooManyPixels => StatusCodes.Status413PayloadTooLarge,
        PredictionRejection.ReadTimedOut => StatusCodes.Status408RequestTimeout,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
