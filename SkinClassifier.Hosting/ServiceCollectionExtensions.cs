using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace SkinClassifier.Hosting;

/// <summary>Registration of models in a host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IPredictionEnginePools"/>: named models with hot reload and limits. Models are loaded when the host starts, so that a
    /// missing or damaged one stops the start with its reason.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Changes the settings of all models.</param>
    /// <example><c>builder.Services.AddPredictionEnginePool().FromFile("skin", "model.zip", watchForChanges: true);</c></example>
    public static PredictionEnginePoolBuilder AddPredictionEnginePool(this IServiceCollection services,
        Action<NamedPredictionEnginePoolsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<NamedPredictionEnginePoolsOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<NamedPredictionEnginePoolsOptions>, OptionsCheck>());
        if (configure is not null)
            services.Configure(configure);
        services.TryAddSingleton<NamedPredictionEnginePools>();
        services.TryAddSingleton<IPredictionEnginePools>(provider => provider.GetRequiredService<NamedPredictionEnginePools>());
        services.AddHostedService<ModelLoading>();
        return new PredictionEnginePoolBuilder(services);
    }

    /// <summary>
    /// Adds a check that is healthy when every model is loaded, degraded when the newest file of one was refused, unhealthy when one cannot predict.
    /// </summary>
    public static IHealthChecksBuilder AddPredictionEnginePool(this IHealthChecksBuilder checks, string name = "models")
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.AddCheck<ModelHealthCheck>(name);
    }
}

/// <summary>Adds models to a host.</summary>
public sealed class PredictionEnginePoolBuilder
{
    internal PredictionEnginePoolBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds the default model from a file.</summary>
    public PredictionEnginePoolBuilder FromFile(string path, bool watchForChanges = true) => FromFile("", path, watchForChanges);

    /// <summary>Adds a named model from a file. The file may be changed in place or replaced (renamed over) while the host runs.</summary>
    /// <param name="name">Name that callers use.</param>
    /// <param name="path">Path of model.zip; relative ones count from the current folder.</param>
    /// <param name="watchForChanges">Whether changes are taken over; default true.</param>
    public PredictionEnginePoolBuilder FromFile(string name, string path, bool watchForChanges = true)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Services.AddSingleton(new ModelRegistration(name, Path.GetFullPath(path), watchForChanges));
        return this;
    }
}
