using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SkinClassifier.Hosting;

namespace SkinClassifier.Tests.Hosting;

/// <summary>A host's services with fast watching, and waiting for what happens in the background.</summary>
internal static class TestHost
{
    public static ServiceProvider Services(string path, string name = "skin", Action<NamedPredictionEnginePoolsOptions>? configure = null,
        ILoggerFactory? logs = null)
    {
        ServiceCollection services = new();
        services.AddSingleton(logs ?? NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        services.AddPredictionEnginePool(o =>
        {
            o.PollingInterval = TimeSpan.FromMilliseconds(50);
            o.SettleTime = TimeSpan.FromMilliseconds(10);
            configure?.Invoke(o);
        }).FromFile(name, path, watchForChanges: true);
        services.AddHealthChecks().AddPredictionEnginePool();
        return services.BuildServiceProvider();
    }

    public static NamedPredictionEnginePools Pools(this IServiceProvider services) => services.GetRequiredService<NamedPredictionEnginePools>();

    public static async Task Until(Func<bool> condition, string message)
    {
        for (int i = 0; i < 1500; i++)
        {
            if (condition())
                return;
            await Task.Delay(10);
        }
        Assert.Fail(message);
    }
}
