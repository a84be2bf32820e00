using System.Text;
using Microsoft.AspNetCore.Components;
using SkinClassifier.Explanations;
using SkinClassifier.Hosting;
using SkinClassifier.Server.Api;
using SkinClassifier.Server.Pages.Views;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Pages;

/// <summary>
/// The pages: <c>/</c> shows a form, and posted to, the results below it, without any script; <c>/results</c> gives the results alone, which the page's script
/// puts into place.
/// </summary>
internal static class PageEndpoints
{
    /// <summary>Most images of one form.</summary>
    public const int MaxImages = 20;

    private const string Html = "text/html; charset=utf-8";

    /// <summary>Adds the pages and what they are made of.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", (HttpContext context, PageRenderer renderer, IPredictionEnginePools models) => HomeAsync(context, renderer, models, [], null));
        pages.MapPost("/", (HttpContext context, PageRenderer renderer, IPredictionEnginePools models, ImageResults results, PredictionRate rate) =>
            PostAsync(context, renderer, models, results, rate, isFragment: false));
        pages.MapPost("/results", (HttpContext context, PageRenderer renderer, IPredictionEnginePools models, ImageResults results, PredictionRate rate) =>
            PostAsync(context, renderer, models, results, rate, isFragment: true));
        pages.MapGet("/over-time", async (HttpContext context, PageRenderer renderer) => Results.Content(
            await FrameAsync(context, renderer, await renderer.RenderAsync<OverTime>(new() { ["Text"] = PageText.Of(context.Request) }), "timeTitle"), Html));
        pages.MapGet("/examples/{index:int}.png", (int index) => ExampleImages.Find(index) is { } png ? Results.Bytes(png, "image/png") : Results.NotFound());
        foreach ((string name, string type)
            in new[] { ("app.css", "text/css"), ("app.js", "text/javascript"), ("time.js", "text/javascript"), ("icon.svg", "image/svg+xml") })
        {
            byte[] content = Resource($"Pages/Assets/{name}");
            pages.MapGet($"/assets/{name}", () => Results.Bytes(content, $"{type}; charset=utf-8")).AllowAnonymous();
        }
        pages.MapGet("/sign-in", (HttpContext context, PageRenderer renderer) => SignInAsync(context, renderer, isWrong: false)).AllowAnonymous();
    }

    /// <summary>The page that asks for the key.</summary>
    public static async Task<IResult> SignInAsync(HttpContext context, PageRenderer renderer, bool isWrong) => Results.Content(
        await FrameAsync(context, renderer, await renderer.RenderAsync<SignIn>(new()
        {
            ["Text"] = PageText.Of(context.Request),
            ["IsWrong"] = isWrong,
        })), Html, statusCode: isWrong ? StatusCodes.Status401Unauthorized : StatusCodes.Status200OK);

    private static async Task<IResult> PostAsync(HttpContext context, PageRenderer renderer, IPredictionEnginePools models, ImageResults results,
        PredictionRate rate, bool isFragment)
    {
        List<ImageResult> all = [];
        string? problem = null;
        try
        {
            Dictionary<string, string> fields = new(StringComparer.Ordinal);
            if (!ImageUploads.IsForm(context.Request))
                throw new BadHttpRequestException("Expected a form with images, received something else.");
            await foreach (UploadedImage image in ImageUploads.ReadFormAsync(context.Request, MaxImages, context.RequestAborted, fields))
            {
                if (ServedModels.Find(models, fields.GetValueOrDefault("model")) is not { } model)
                    return Problems.NoModel(fields.GetValueOrDefault("model") ?? "", models);
                ExplanationMethod? method = fields.GetValueOrDefault("method") is { Length: > 0 } given && ExplanationMethodNames.Names.Contains(given)
                    ? ExplanationMethodNames.Of(given) : null;
                if (rate.Take(context, method is { } how ? ExplainEndpoint.CostOf(how) : 1) is { } refusal)
                    return refusal;
                // A browser sends an empty part for a file field that is empty.
                if (image.Name.Length > 0)
                    all.Add(await results.PredictAsync(model, image, method, context.RequestAborted));
            }
        }
        catch (Exception error) when (Problems.IsExpected(error, context.RequestAborted))
        {
            if (isFragment)
                return Problems.Of(error, context);
            context.Response.StatusCode = Problems.StatusOf(error, context);
            problem = error.Message;
        }
        return isFragment ? Results.Content(await CardsAsync(context, renderer, all), Html) : await HomeAsync(context, renderer, models, all, problem);
    }

    private static async Task<IResult> HomeAsync(HttpContext context, PageRenderer renderer, IPredictionEnginePools models, List<ImageResult> results,
        string? problem) => Results.Content(await FrameAsync(context, renderer, await renderer.RenderAsync<Home>(new()
        {
            ["Text"] = PageText.Of(context.Request),
            ["Models"] = models.Status.Select(m => ServedModels.PublicName(m.Name)).ToArray(),
            ["Cards"] = new MarkupString(await CardsAsync(context, renderer, results)),
            ["Problem"] = problem,
        })), Html, statusCode: context.Response.StatusCode);

    private static async Task<string> CardsAsync(HttpContext context, PageRenderer renderer, List<ImageResult> results)
    {
        StringBuilder cards = new();
        PageText text = PageText.Of(context.Request);
        foreach (ImageResult result in results)
        {
            string report = await renderer.RenderAsync<ReportPage>(new() { ["Text"] = text, ["Result"] = result });
            cards.Append(await renderer.RenderAsync<ResultCard>(new()
            {
                ["Text"] = text,
                ["Result"] = result,
                ["Report"] = $"data:text/html;charset=utf-8;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes("<!doctype html>" + report))}",
                ["Json"] = $"data:application/json;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(result.Json))}",
            }));
        }
        return cards.ToString();
    }

    private static async Task<string> FrameAsync(HttpContext context, PageRenderer renderer, string body, string title = "title") => "<!doctype html>"
        + await renderer.RenderAsync<PageFrame>(new()
        {
            ["Text"] = PageText.Of(context.Request),
            ["Body"] = new MarkupString(body),
            ["Title"] = title,
            ["IsSignedIn"] = context.User.Identity?.IsAuthenticated == true,
        });

    private static byte[] Resource(string name)
    {
        using Stream stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream(name)!;
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
