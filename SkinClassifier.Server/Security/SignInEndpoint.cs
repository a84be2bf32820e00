using SkinClassifier.Server.Pages;

namespace SkinClassifier.Server.Security;

/// <summary>POST /sign-in with the field <c>key</c> opens a session for a browser; POST /sign-out ends it.</summary>
internal static class SignInEndpoint
{
    private const int MaxFormBytes = 4096;

    /// <summary>Opens a session where the key is right.</summary>
    public static async Task<IResult> SignInAsync(HttpContext context, ApiKey key, SignInSessions sessions, PageRenderer renderer)
    {
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) != true
            || context.Request.ContentLength is not <= MaxFormBytes)
            return Results.Problem("Expected a form with the field key, received something else.", title: "The request cannot be read.",
                statusCode: StatusCodes.Status400BadRequest);
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!key.Is(form["key"].ToString()))
            return await PageEndpoints.SignInAsync(context, renderer, isWrong: true);
        context.Response.Cookies.Append(KeyAuthentication.Cookie, sessions.Begin(), Cookie(context));
        return Results.Redirect("/");
    }

    /// <summary>Ends the session of a browser.</summary>
    public static IResult SignOut(HttpContext context, SignInSessions sessions)
    {
        if (context.Request.Cookies[KeyAuthentication.Cookie] is { } session)
            sessions.End(session);
        context.Response.Cookies.Delete(KeyAuthentication.Cookie, Cookie(context));
        return Results.Redirect("/");
    }

    private static CookieOptions Cookie(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        Path = "/",
        IsEssential = true,
        MaxAge = SignInSessions.Lifetime,
    };
}
