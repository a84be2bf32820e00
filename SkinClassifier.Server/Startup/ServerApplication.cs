using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Scalar.AspNetCore;
using SkinClassifier.Hosting;
using SkinClassifier.Server.Api;
using SkinClassifier.Server.Inference;
using SkinClassifier.Server.Pages;
using SkinClassifier.Server.Security;

namespace SkinClassifier.Server.Startup;

/// <summary>Puts the server together: models, what guards them, and what answers.</summary>
internal static class ServerApplication
{
    /// <summary>Makes the server; null where it must not start, with the reasons in <paramref name="errors"/>.</summary>
    public static WebApplication? Create(ServerOptions options, List<string> errors)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = Directory.GetCurrentDirectory() });
        ListeningAddresses addresses = ListeningAddresses.Of(options.Urls, builder.Configuration);
        IConfigurationSection configured = builder.Configuration.GetSection("Models");
        if (options.Models.Count == 0 && !configured.GetChildren().Any())
            errors.Add("--model: expected a model.zip, received none. Train one (skinclassifier train photos -o run, or skinclassifier demo -o demo) and give "
                + "--model run/model.zip.");
        if (!addresses.AreLocal && options.Key is null && !options.NoAuth)
            errors.Add($"--urls {addresses.Urls}: expected an API key where others than this machine reach the server, received none. Set "
                + $"{ServerCommand.KeyVariable} or --api-key-file, or say --no-auth to let everyone in.");
        if (builder.Configuration[ServerOptions.FhirSetting] is { Length: > 0 } fhir && !bool.TryParse(fhir, out _))
            errors.Add($"{ServerOptions.FhirSetting}: expected true or false in the settings, received {fhir}.");
        if (errors.Count > 0)
            return null;
        AddServices(builder, options, addresses);
        WebApplication application = builder.Build();
        UseGuards(application, options, addresses);
        MapEndpoints(application, options);
        return application;
    }

    private static void AddServices(WebApplicationBuilder builder, ServerOptions options, ListeningAddresses addresses)
    {
        IServiceCollection services = builder.Services;
        PredictionLimits limits = builder.Configuration.GetSection("Limits").Get<PredictionLimits>() ?? new PredictionLimits();
        PredictionEnginePoolBuilder pools = services.AddPredictionEnginePool(o => o.Limits = limits);
        foreach (ModelRegistration model in options.Models)
            pools.FromFile(model.Name, model.Path, model.WatchForChanges);
        if (options.Models.Count == 0)
            pools.FromConfiguration(builder.Configuration.GetSection("Models"));
        services.AddHealthChecks().AddPredictionEnginePool();
        services.AddSingleton(limits);
        services.AddSingleton(new PredictionRate(options.PredictionsPerMinute));
        services.AddSingleton(new SignInSessions(TimeProvider.System));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ClinicalExchange(options.Fhir || builder.Configuration.GetValue<bool>(ServerOptions.FhirSetting)));
        services.AddSingleton<PageRenderer>();
        services.AddSingleton<ImageResults>();
        services.AddProblemDetails(o => o.CustomizeProblemDetails = p => p.ProblemDetails.Extensions["requestId"] = p.HttpContext.TraceIdentifier);
        services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.AddOpenApi("v1", o => o.OpenApiVersion = Microsoft.OpenApi.OpenApiSpecVersion.OpenApi3_1);
        AddAuthentication(services, options);
        AddTelemetry(services, builder.Configuration);
        if (addresses.AreLocal)
            services.AddHostFiltering(o => o.AllowedHosts = [.. ListeningAddresses.LocalHosts]);
        if (options.Proxies.Count > 0)
            services.Configure<ForwardedHeadersOptions>(o =>
            {
                o.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
                o.KnownProxies.Clear();
                o.KnownIPNetworks.Clear();
                foreach (System.Net.IPNetwork proxy in options.Proxies)
                    o.KnownIPNetworks.Add(proxy);
            });
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true).AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .SetMinimumLevel(options.Quiet ? LogLevel.Warning : LogLevel.Information);
        builder.WebHost.UseUrls(addresses.Urls).ConfigureKestrel(server => Configure(server, options, limits));
    }

    private static void Configure(KestrelServerOptions server, ServerOptions options, PredictionLimits limits)
    {
        server.AddServerHeader = false;
        // An image as large as the limit fits into a form with some other fields; batches have a limit of their own.
        server.Limits.MaxRequestBodySize = limits.MaxBytes + (64 << 10);
        if (options.Certificate is { } certificate)
            server.ConfigureHttpsDefaults(https => https.ServerCertificate = CertificateFile.Load(certificate, options.CertificateKey));
    }

    private static void AddAuthentication(IServiceCollection services, ServerOptions options)
    {
        if (options.Key is null)
            return;
        services.AddSingleton(options.Key);
        // Not AddAuthentication: it brings the framework's data protection, which writes a key into the user's folder at each first start.
        services.AddWebEncoders();
        services.AddAuthenticationCore(o => o.DefaultScheme = KeyAuthentication.Name);
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireAuthenticatedUser()
            .Build());
    }

    /// <summary>Metrics for Prometheus always; both metrics and traces by OTLP where the standard variables name a collector.</summary>
    private static void AddTelemetry(IServiceCollection services, IConfiguration settings)
    {
        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry().ConfigureResource(r => r.AddService("skinclassifier-server"))
            .WithMetrics(m => m.AddMeter("SkinClassifier.Hosting", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddPrometheusExporter())
            .WithTracing(t => t.AddSource("SkinClassifier.Hosting").AddAspNetCoreInstrumentation());
        if (settings["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
            telemetry.UseOtlpExporter();
    }

    private static void UseGuards(WebApplication application, ServerOptions options, ListeningAddresses addresses)
    {
        if (options.Proxies.Count > 0)
            application.UseForwardedHeaders();
        application.UseMiddleware<SecurityHeaders>();
        if (addresses.AreLocal)
            application.UseHostFiltering();
        application.UseExceptionHandler();
        application.UseStatusCodePages();
        application.UseMiddleware<RequestLog>();
        application.UseMiddleware<CrossSiteGuard>();
        application.UseRouting();
        if (options.Key is null)
            return;
        application.UseAuthentication();
        application.UseAuthorization();
    }

    private static void MapEndpoints(WebApplication application, ServerOptions options)
    {
        IEndpointConventionBuilder[] open =
        [
            application.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }),
            application.MapHealthChecks("/health/ready"),
        ];
        if (options.Key is not null)
        {
            open = [.. open, application.MapPost("/sign-in", SignInEndpoint.SignInAsync).ExcludeFromDescription()];
            application.MapPost("/sign-out", SignInEndpoint.SignOut).ExcludeFromDescription();
        }
        foreach (IEndpointConventionBuilder endpoint in open)
            endpoint.Add(e => e.Metadata.Add(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute()));
        application.MapPrometheusScrapingEndpoint("/metrics");
        application.MapOpenApi();
        application.MapScalarApiReference(SecurityHeaders.ReferencePath, o => o.WithTitle("SkinClassifier").DisableDefaultFonts());
        ApiEndpoints.Map(application, application.Services.GetRequiredService<PredictionLimits>(), application.Services.GetRequiredService<ClinicalExchange>());
        InferenceEndpoints.Map(application);
        PageEndpoints.Map(application);
    }
}
