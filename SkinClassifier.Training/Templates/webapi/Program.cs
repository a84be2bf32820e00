using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;

// For research and decision support only; not a medical device.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string model = builder.Configuration["Model"] ?? Path.Combine(AppContext.BaseDirectory, "model.zip");
builder.Services.AddPredictionEnginePool().FromFile(model, watchForChanges: true);
builder.Services.AddHealthChecks().AddPredictionEnginePool();
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 32 << 20);

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapGet("/models", (PredictionEnginePools models) => models.Status);
app.MapGet("/labels", (PredictionEnginePools models) => models.GetModel().Labels);
app.MapPost("/predict", async (HttpRequest request, PredictionEnginePools models, CancellationToken cancellationToken) =>
{
    try
    {
        ImagePrediction prediction = await models.PredictAsync("", request.Body, cancellationToken);
        return Results.Ok(new { predicted = prediction.PredictedLabel, scores = prediction.Scores });
    }
    catch (SkinClassifierException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
    }
});
app.Run();
