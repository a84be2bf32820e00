using Microsoft.Extensions.ML;

// For research and decision support only; not a medical device.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string model = builder.Configuration["Model"] ?? Path.Combine(AppContext.BaseDirectory, "model.zip");
builder.Services.AddPredictionEnginePool<ModelInput, ModelOutput>()
    .FromFile(modelName: string.Empty, filePath: model, watchForChanges: true);
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 32 << 20);

WebApplication app = builder.Build();
app.MapPost("/predict", async (HttpRequest request, PredictionEnginePool<ModelInput, ModelOutput> pool, CancellationToken cancellation) =>
{
    // The chain reads pictures from files, so the body becomes one for the time of the prediction.
    string picture = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    try
    {
        await using (FileStream file = File.Create(picture))
            await request.Body.CopyToAsync(file, cancellation);
        return Results.Ok(PicturePrediction.Of(pool, picture));
    }
    catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
    {
        return Results.Problem(fault.Message, statusCode: StatusCodes.Status422UnprocessableEntity);
    }
    finally
    {
        File.Delete(picture);
    }
});
app.Run();
