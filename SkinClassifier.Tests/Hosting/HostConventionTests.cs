using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SkinClassifier.Hosting;
using SkinClassifier.Imaging;
using SkinClassifier.Tests.Models;

namespace SkinClassifier.Tests.Hosting;

/// <summary>Models from the settings, keyed services, and health checks with tags: as in other packages of Microsoft.Extensions.</summary>
public sealed class HostConventionTests
{
    private static readonly RgbImage Red = SmallModels.Plain(230, 10, 10);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Prepare()
    {
        _folder = new TemporaryFolder();
        SmallModels.Create(["red", "green", "blue"]).Save(_folder.File("a.zip"));
        SmallModels.Create(["x", "y", "z"]).Save(_folder.File("b.zip"));
    }

    [TearDown]
    public void CleanUp() => _folder.Dispose();

    [Test]
    public async Task Models_of_the_settings_are_found_by_their_keys()
    {
        await using ServiceProvider services = Services(new()
        {
            ["Models:default"] = _folder.File("a.zip"),
            ["Models:other:Path"] = _folder.File("b.zip"),
            ["Models:other:WatchForChanges"] = "false",
        });
        Assert.That(
            services.GetServices<ModelRegistration>().Select(r => (r.Name, r.WatchForChanges)), Is.EquivalentTo(new[] { ("", true), ("other", false) }));
        Assert.That((await services.GetRequiredKeyedService<IPredictionEnginePool>("").PredictAsync(Red)).PredictedLabel, Is.EqualTo("red"));
        IPredictionEnginePool other = services.GetRequiredKeyedService<IPredictionEnginePool>("other");
        Assert.That((await other.PredictAsync(Red)).PredictedLabel, Is.EqualTo("x"));
        Assert.That((other.Name, other.Status.Loaded, other.Model.Labels[1]), Is.EqualTo(("other", true, "y")));
    }

    [Test]
    public void Everything_wrong_in_the_section_is_named_at_once()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Services(new()
        {
            ["Models:a:Path"] = "",
            ["Models:b:Path"] = "b.zip",
            ["Models:b:WatchForChanges"] = "sometimes",
        }))!;
        Assert.That(error.Message, Does.Contain("Models:a: expected the path of a model.zip").And.Contain("Models:b:WatchForChanges: expected true or false"));
        Assert.That(() => Services([]), Throws.ArgumentException.With.Message.Contain("Models: expected a model, received none"));
    }

    [Test]
    public async Task A_health_check_reports_the_status_and_the_tags_that_the_host_wants()
    {
        ServiceCollection collection = Collection();
        collection.AddPredictionEnginePool().FromFile("gone", _folder.File("gone.zip"));
        collection.AddHealthChecks().AddPredictionEnginePool("skin", HealthStatus.Degraded, ["ready"]);
        await using ServiceProvider services = collection.BuildServiceProvider();
        HealthCheckRegistration registration = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Single();
        Assert.That((registration.Name, registration.Tags.Single()), Is.EqualTo(("skin", "ready")));
        HealthReport report = await services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.That(report.Status, Is.EqualTo(HealthStatus.Degraded));
    }

    private static ServiceCollection Collection()
    {
        ServiceCollection services = new();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(Logger<>));
        return services;
    }

    private static ServiceProvider Services(Dictionary<string, string?> settings)
    {
        ServiceCollection services = Collection();
        services.AddPredictionEnginePool().FromConfiguration(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Models"));
        return services.BuildServiceProvider();
    }
}
