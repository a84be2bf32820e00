using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SkinClassifier.Hosting;

namespace SkinClassifier.MLNet.Hosting;

/// <summary>Registration of ML.NET's models in a host.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="PredictionEnginePool{TIn, TOut}"/>. Its models are loaded when the host starts, or at first use where there is no host. A second call
    /// with the same classes adds to the same pool.
    /// </summary>
    /// <typeparam name="TIn">Class of a row; its properties are the model's input columns.</typeparam>
    /// <typeparam name="TOut">Class of a prediction; its properties are the model's output columns.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <example><c>services.AddPredictionEnginePool&lt;ModelInput, ModelOutput&gt;().FromFile("skin", "model.zip", watchForChanges: true);</c></example>
    public static PredictionEnginePoolBuilder<TIn, TOut> AddPredictionEnginePool<TIn, TOut>(this IServiceCollection services)
        where TIn : class where TOut : class, new()
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new PredictionEnginePool<TIn, TOut>(provider.GetServices<PoolRegistration<TIn, TOut>>(),
            provider.GetService<ILogger<PredictionEnginePool<TIn, TOut>>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, PoolLoading<TIn, TOut>>());
        return new PredictionEnginePoolBuilder<TIn, TOut>(services);
    }
}

/// <summary>Adds models to a pool.</summary>
/// <typeparam name="TIn">Class of a row.</typeparam>
/// <typeparam name="TOut">Class of a prediction.</typeparam>
public sealed class PredictionEnginePoolBuilder<TIn, TOut> where TIn : class where TOut : class, new()
{
    internal PredictionEnginePoolBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Adds the default model from a file.</summary>
    /// <param name="path">Path of a zip that ML.NET's Model.Save wrote; relative ones count from the current folder.</param>
    /// <param name="watchForChanges">Whether changes are taken over; default true.</param>
    public PredictionEnginePoolBuilder<TIn, TOut> FromFile(string path, bool watchForChanges = true) => FromFile("", path, watchForChanges);

    /// <summary>Adds a named model from a file. The file may be changed in place or replaced (renamed over) while the host runs.</summary>
    /// <param name="modelName">Name that callers use; "" is the default model.</param>
    /// <param name="path">Path of a zip that ML.NET's Model.Save wrote; relative ones count from the current folder.</param>
    /// <param name="watchForChanges">Whether changes are taken over; default true.</param>
    public PredictionEnginePoolBuilder<TIn, TOut> FromFile(string modelName, string path, bool watchForChanges = true)
    {
        ArgumentNullException.ThrowIfNull(modelName);
        ArgumentException.ThrowIfNullOrEmpty(path);
        Services.AddSingleton(new PoolRegistration<TIn, TOut>(new ModelRegistration(modelName, Path.GetFullPath(path), watchForChanges)));
        return this;
    }
}

/// <summary>A model of one pool; the classes tell the pools of a host apart.</summary>
internal sealed record PoolRegistration<TIn, TOut>(ModelRegistration File);

/// <summary>Loads all models of a pool when the host starts.</summary>
internal sealed class PoolLoading<TIn, TOut>(PredictionEnginePool<TIn, TOut> pool) : IHostedService where TIn : class where TOut : class, new()
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(pool.LoadAll, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
