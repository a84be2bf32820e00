using SkinClassifier.Hosting;

// For research and decision support only; not a medical device.
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string model = builder.Configuration["Model"] ?? Path.Combine(AppContext.BaseDirectory, "model.zip");
PredictionLimits limits = builder.Configuration.GetSection("Limits").Get<PredictionLimits>() ?? new PredictionLimits();
builder.Services.AddPredictionEnginePool(options => options.Limits = limits).FromFile(model, watchForChanges: true);
builder.Services.AddHealthChecks().AddPredictionEnginePool();
builder.Services.AddProblemDetails();
// An image as large as the limit fits into a form with some other fields.
builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBodySize = limits.MaxBytes + (64 << 10));

WebApplication app = builder.Build();
app.UseExceptionHandler();
app.UseStatusCodePages();
app.MapHealthChecks("/health");
app.MapGet("/models", (IPredictionEnginePools models) => models.Status);
app.MapGet("/labels", (IPredictionEnginePools models) => models.GetModel().Labels);
app.MapPost("/predict", PredictEndpoint.PredictAsync);
app.Run();
