using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace SkinClassifier.Server.Security;

/// <summary>Who may come in: callers with the key as bearer token, and browsers with the cookie of a session that the key has opened.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKey key, SignInSessions sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string Name = "ApiKey";

    /// <summary>Name of the session's cookie.</summary>
    public const string Cookie = "skinclassifier-session";

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization;
        if (header is not null)
            return Task.FromResult(header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && key.Is(header["Bearer ".Length..].Trim())
                ? Accept("key") : AuthenticateResult.Fail("The key is not the server's."));
        return Task.FromResult(Request.Cookies[Cookie] is not { Length: > 0 } session ? AuthenticateResult.NoResult()
            : sessions.IsOpen(session) ? Accept(session) : AuthenticateResult.Fail("The session has ended."));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (HttpMethods.IsGet(Request.Method) && Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            Response.Redirect("/sign-in");
            return Task.CompletedTask;
        }
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Results.Problem("Expected the server's API key as Authorization: Bearer KEY, received none or another one.", title: "Sign in first.",
            statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(Context);
    }

    private AuthenticateResult Accept(string caller) => AuthenticateResult.Success(new AuthenticationTicket(
        new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, caller)], Scheme.Name)), Scheme.Name));
}
