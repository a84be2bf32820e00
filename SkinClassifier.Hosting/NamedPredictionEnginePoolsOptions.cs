using Microsoft.Extensions.Options;
using SkinClassifier.Prediction;

namespace SkinClassifier.Hosting;

/// <summary>Settings of all models of one host.</summary>
public sealed class NamedPredictionEnginePoolsOptions
{
    /// <summary>Size and engines of every pool; default: one single-threaded engine per processor.</summary>
    public PredictionEnginePoolOptions Pool { get; set; } = new();

    /// <summary>What the host takes on at most; the defaults are made for servers.</summary>
    public PredictionLimits Limits { get; set; } = new();

    /// <summary>
    /// How often a watched file is looked at even when the file system reports nothing (network drives, container mounts); default 2 seconds, at least 10
    /// milliseconds.
    /// </summary>
    public TimeSpan PollingInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a changed file must stay the same before it is read; default 100 milliseconds, at least 0.</summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>Checks the settings when the pools are made; all errors at once.</summary>
internal sealed class OptionsCheck : IValidateOptions<NamedPredictionEnginePoolsOptions>
{
    public ValidateOptionsResult Validate(string? name, NamedPredictionEnginePoolsOptions options)
    {
        List<string> errors = [.. options.Limits.Errors()];
        if (options.Pool.MaximumEngines is < 1 or > 1024)
            errors.Add($"Pool.MaximumEngines: expected 1 to 1024, received {options.Pool.MaximumEngines}.");
        if (options.PollingInterval < TimeSpan.FromMilliseconds(10) || options.PollingInterval.TotalMilliseconds > int.MaxValue)
            errors.Add($"PollingInterval: expected 10 milliseconds to 24 days, received {options.PollingInterval}.");
        if (options.SettleTime < TimeSpan.Zero || options.SettleTime.TotalMilliseconds > int.MaxValue)
            errors.Add($"SettleTime: expected zero to 24 days, received {options.SettleTime}.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
