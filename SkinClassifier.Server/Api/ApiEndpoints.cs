using Microsoft.AspNetCore.Mvc;
using SkinClassifier.Dermatology.Fhir;
using SkinClassifier.Hosting;

namespace SkinClassifier.Server.Api;

/// <summary>The addresses of /v1, and what the OpenAPI document says of each.</summary>
internal static class ApiEndpoints
{
    private const string Json = "application/json", Zip = "application/zip", Form = "multipart/form-data", Any = "application/octet-stream", Image = "image/*";

    /// <summary>Adds them.</summary>
    public static void Map(IEndpointRouteBuilder routes, PredictionLimits limits, ClinicalExchange exchange)
    {
        RouteGroupBuilder api = routes.MapGroup("/v1").WithTags("SkinClassifier");
        api.MapGet("/models", ModelsEndpoint.List).WithSummary("The models, their classes and hashes.").WithProblems(401);
        RouteHandlerBuilder predict = api.MapPost("/predict", PredictEndpoint.PredictAsync).WithSummary("Predicts an image, or the images of a form.")
            .WithBody(Image, Any, Form).Produces<PredictionAnswer>(200, Json).WithOneOrSeveral()
            .WithProblems(400, 401, 403, 404, 406, 408, 413, 429, 503);
        if (exchange.HasFhir)
            predict.WithAnswer(FhirReport.MediaType, isObject: true);
        api.MapPost("/explain", ExplainEndpoint.ExplainAsync).WithSummary("Predicts an image and shows which places raised the score of a class.")
            .WithBody(Image, Any).Produces<ExplanationAnswer>(200, Json).WithAnswer("image/png").WithProblems(400, 401, 403, 404, 408, 413, 429, 503);
        api.MapPost("/batch", BatchEndpoint.PredictAsync).WithSummary("Predicts the images of a zip or of a form, as JSON lines.")
            .WithBody(Zip, Any, Form).Produces<PredictionAnswer>(200, ApiDescription.JsonLines).WithProblems(400, 401, 403, 404, 408, 413)
            .WithMetadata(new RequestSizeLimitAttribute(BatchEndpoint.MaxZipBytes + (64 << 10)));
        api.MapPost("/align", AlignEndpoint.AlignAsync).WithSummary("Lays the second of two images of one spot over the first, and compares them.")
            .WithBody(Form).Produces<Alignment>(200, Json).WithProblems(400, 401, 403, 404, 408, 413, 429, 503)
            .WithMetadata(new RequestSizeLimitAttribute(2 * limits.MaxBytes + (64 << 10)));
    }
}
