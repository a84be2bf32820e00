namespace SkinClassifier.Server.Security;

/// <summary>Headers of every answer: nothing is cached, framed, guessed or loaded from elsewhere.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>What pages of the server may load: only their own files, no inline script or style.</summary>
    public const string ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>What the reference of the API may load: its page styles and starts itself with inline text.</summary>
    public const string ReferencePolicy =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Path of the reference of the API.</summary>
    public const string ReferencePath = "/reference";

    /// <summary>Sets the headers, then passes the request on.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(ReferencePath) ? ReferencePolicy : ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        // With no-referrer, browsers would hide the origin of the server's own forms from it.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=()";
        headers["X-Request-Id"] = context.TraceIdentifier;
        return next(context);
    }
}
