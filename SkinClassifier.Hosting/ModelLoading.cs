using Microsoft.Extensions.Hosting;

namespace SkinClassifier.Hosting;

/// <summary>Loads all models when the host starts.</summary>
internal sealed class ModelLoading(NamedPredictionEnginePools pools) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(pools.LoadAll, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
