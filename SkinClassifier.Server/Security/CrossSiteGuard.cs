namespace SkinClassifier.Server.Security;

/// <summary>
/// Refuses what a page of another site makes a browser send: no token on disk is needed, because every browser of today says where a request comes from
/// (Sec-Fetch-Site, Origin). Programs that send neither header are no browsers and pass.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    /// <summary>Passes the request on, or answers with status 403.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        bool changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method);
        return changes && IsForeign(request)
            ? Results.Problem("Expected a request of this server's own pages or of a program, received one that another site's page has sent.",
                title: "Requests of other sites are refused.", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context)
            : next(context);
    }

    private static bool IsForeign(HttpRequest request)
    {
        // Where a browser says it, that counts: of a form it may hide the origin ("null"), and no page can forge this header.
        if ((string?)request.Headers["Sec-Fetch-Site"] is { } site)
            return site is not ("same-origin" or "none");
        string? origin = request.Headers.Origin;
        return origin is not null && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }
}
