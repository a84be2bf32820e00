using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SkinClassifier.Hosting;

/// <summary>Healthy when every model is loaded; degraded when the newest file of one was refused; unhealthy when one cannot predict.</summary>
internal sealed class ModelHealthCheck(IPredictionEnginePools pools) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ModelStatus> models = pools.Status;
        Dictionary<string, object> data = models.ToDictionary(m => m.Name.Length == 0 ? "default" : m.Name, m => (object)m.ToString());
        if (models.FirstOrDefault(m => !m.Loaded) is { } missing)
            return Task.FromResult(new HealthCheckResult(context.Registration.FailureStatus, $"Model \"{missing.Name}\" is not loaded.", data: data));
        if (models.FirstOrDefault(m => m.LastError is not null) is { } refused)
            return Task.FromResult(HealthCheckResult.Degraded($"Model \"{refused.Name}\": the new file was refused, the old one predicts: "
                + $"{refused.LastError}", data: data));
        return Task.FromResult(HealthCheckResult.Healthy($"{models.Count} model(s) loaded.", data));
    }
}
