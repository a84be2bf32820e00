using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
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
    /// <param name="checks">The checks of the host.</param>
    /// <param name="name">Name of the check. Default: "models".</param>
    /// <param name="failureStatus">What it reports when a model cannot predict. Default: <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags by which endpoints choose checks. Default: none.</param>
    public static IHealthChecksBuilder AddPredictionEnginePool(this IHealthChecksBuilder checks, string name = "models", HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(checks);
        return checks.AddCheck<ModelHealthCheck>(name, failureStatus, tags ?? []);
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
        Services.AddKeyedSingleton<IPredictionEnginePool>(name,
            (provider, _) => new KeyedPredictionEnginePool(provider.GetRequiredService<IPredictionEnginePools>(), name));
        return this;
    }

    /// <summary>
    /// Adds the models of a section: for each its name, then either the path alone or <c>Path</c> and <c>WatchForChanges</c> (default true). The name
    /// "default" is the default model, which code calls "".
    /// </summary>
    /// <param name="section">For example <c>builder.Configuration.GetSection("Models")</c>.</param>
    /// <exception cref="ArgumentException">The section is empty, a path is missing, or a value is neither true nor false; the text lists every
    /// error.</exception>
    public PredictionEnginePoolBuilder FromConfiguration(IConfigurationSection section)
    {
        ArgumentNullException.ThrowIfNull(section);
        List<string> errors = [];
        List<ModelRegistration> models = [];
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            string? path = entry.Value ?? entry["Path"], watch = entry["WatchForChanges"];
            if (string.IsNullOrEmpty(path))
                errors.Add($"{entry.Path}: expected the path of a model.zip, received none.");
            else if (!bool.TryParse(watch ?? bool.TrueString, out bool watches))
                errors.Add($"{entry.Path}:WatchForChanges: expected true or false, received {watch}.");
            else
                models.Add(new ModelRegistration(entry.Key.Equals("default", StringComparison.OrdinalIgnoreCase) ? "" : entry.Key, path, watches));
        }
        if (models.Count == 0 && errors.Count == 0)
            errors.Add(
                $"{section.Path}: expected a model, received none. Give each a name and a path: {{ \"{section.Path}\": {{ \"skin\": \"model.zip\" }} }}.");
        if (errors.Count > 0)
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(section));
        foreach (ModelRegistration model in models)
            FromFile(model.Name, model.Path, model.WatchForChanges);
        return this;
    }
}
