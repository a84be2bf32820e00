// A web service: POST an encoded image to /predict. For research and decision support only; not a medical device.
using SkinClassifier.Calibration;
using SkinClassifier.Common;
using SkinClassifier.Hosting;
using SkinClassifier.Prediction;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string model = builder.Configuration["Model"] ?? "model.zip";
builder.Services.AddPredictionEnginePool().FromFile(model, watchForChanges: true);
builder.Services.AddHealthChecks().AddPredictionEnginePool();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");
app.MapPost("/predict", async (HttpRequest request, IPredictionEnginePools models, CancellationToken cancellationToken) =>
{
    try
    {
        ImagePrediction prediction = await models.PredictAsync("", request.Body, cancellationToken);
        return Results.Ok(new
        {
            predicted = prediction.PredictedLabel,
            scores = prediction.Scores,
            decision = prediction.Decision == PredictionDecision.Abstain ? "abstain" : "answer",
            predictionSet = prediction.PredictionSet,
            reasons = prediction.Reasons,
        });
    }
    catch (SkinClassifierException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
    catch (PredictionRejectedException error)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});
app.Run();
