// For research and decision support only; not a medical device.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string model = builder.Configuration["Model"] ?? Path.Combine(AppContext.BaseDirectory, "model.zip");
builder.Services.AddSingleton(new ModelPool(model));
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = 32 << 20);

WebApplication app = builder.Build();
app.MapPost("/predict", async (HttpRequest request, ModelPool pool, CancellationToken cancellationToken) =>
{
    // The chain reads images from files, so the body becomes one for the time of the prediction.
    string image = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    try
    {
        await using (FileStream file = File.Create(image))
            await request.Body.CopyToAsync(file, cancellationToken);
        return Results.Ok(pool.Predict(image));
    }
    catch (Exception error) when (error is ArgumentException or InvalidOperationException)
    {
        return Results.Problem(error.Message, statusCode: StatusCodes.Status400BadRequest);
    }
    finally
    {
        File.Delete(image);
    }
});
app.Run();
