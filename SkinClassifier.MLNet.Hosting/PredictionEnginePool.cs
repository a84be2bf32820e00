using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML;
using SkinClassifier.Hosting;

namespace SkinClassifier.MLNet.Hosting;

/// <summary>ML.NET's prediction engines for callers on any number of threads: named models, each with a pool of engines and hot reload.</summary>
/// <typeparam name="TIn">Class of a row; its properties are the model's input columns.</typeparam>
/// <typeparam name="TOut">Class of a prediction; its properties are the model's output columns.</typeparam>
public sealed class PredictionEnginePool<TIn, TOut> : IDisposable where TIn : class where TOut : class, new()
{
    private static readonly TimeSpan Polling = TimeSpan.FromSeconds(2), Settle = TimeSpan.FromMilliseconds(100);

    private readonly MLContext _context = new();
    private readonly FrozenDictionary<string, ReloadedFile<EngineLease<TIn, TOut>>> _models;
    private readonly ConditionalWeakTable<PredictionEngine<TIn, TOut>, EngineLease<TIn, TOut>> _lent = [];

    /// <summary>Made by the services of a host.</summary>
    /// <exception cref="ArgumentException">Two models have the same name.</exception>
    internal PredictionEnginePool(IEnumerable<PoolRegistration<TIn, TOut>> registrations, ILogger<PredictionEnginePool<TIn, TOut>>? logger)
    {
        ModelRegistration[] all = [.. registrations.Select(r => r.File)];
        if (all.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Model \"{twice.Key}\": expected one registration, received {twice.Count()}. Give each model a name of its own.",
                nameof(registrations));
        ILogger log = logger ?? (ILogger)NullLogger.Instance;
        _models = all.ToFrozenDictionary(r => r.Name, r => new ReloadedFile<EngineLease<TIn, TOut>>(r, Polling, Settle,
            version => EngineLease<TIn, TOut>.Open(_context, r.Path, version), _ => { }, log, GetType()), StringComparer.Ordinal);
    }

    /// <summary>Predicts with the default model.</summary>
    /// <param name="example">The row.</param>
    /// <exception cref="ArgumentException">There is no default model.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">The model is loaded now and is damaged, or does not fit the classes.</exception>
    public TOut Predict(TIn example) => Predict("", example);

    /// <summary>Predicts with a named model.</summary>
    /// <param name="modelName">Name of the registration; "" is the default model.</param>
    /// <param name="example">The row.</param>
    /// <exception cref="ArgumentException">There is no model of this name.</exception>
    /// <exception cref="SkinClassifier.Common.InvalidContentException">The model is loaded now and is damaged, or does not fit the classes.</exception>
    public TOut Predict(string modelName, TIn example)
    {
        ArgumentNullException.ThrowIfNull(example);
        PredictionEngine<TIn, TOut> engine = GetPredictionEngine(modelName);
        try
        {
            return engine.Predict(example);
        }
        finally
        {
            ReturnPredictionEngine(engine);
        }
    }

    /// <summary>Lends an engine of the default model to one caller, who gives it back with <see cref="ReturnPredictionEngine"/>.</summary>
    /// <exception cref="ArgumentException">There is no default model.</exception>
    public PredictionEngine<TIn, TOut> GetPredictionEngine() => GetPredictionEngine("");

    /// <summary>Lends an engine of a named model to one caller, who gives it back with <see cref="ReturnPredictionEngine"/> and does not dispose it.</summary>
    /// <param name="modelName">Name of the registration; "" is the default model.</param>
    /// <exception cref="ArgumentException">There is no model of this name.</exception>
    public PredictionEngine<TIn, TOut> GetPredictionEngine(string modelName)
    {
        EngineLease<TIn, TOut> lease = Model(modelName).Enter();
        try
        {
            PredictionEngine<TIn, TOut> engine = lease.Engines.Get();
            _lent.Add(engine, lease);
            return engine;
        }
        catch
        {
            lease.Leave();
            throw;
        }
    }

    /// <summary>Takes an engine back. A model that a newer file has replaced is closed when its last engine is back.</summary>
    /// <param name="engine">An engine of <see cref="GetPredictionEngine()"/>.</param>
    /// <exception cref="ArgumentException">The engine is not lent by this pool, or was given back before.</exception>
    public void ReturnPredictionEngine(PredictionEngine<TIn, TOut> engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (!_lent.TryGetValue(engine, out EngineLease<TIn, TOut>? lease) || !_lent.Remove(engine))
            throw new ArgumentException("engine: expected one that this pool has lent, received another or one that was given back before. Return each "
                + "engine once.", nameof(engine));
        lease.Engines.Return(engine);
        lease.Leave();
    }

    /// <summary>The default model that predicts now. It is closed when a newer file replaces it.</summary>
    /// <exception cref="ArgumentException">There is no default model.</exception>
    public ITransformer GetModel() => GetModel("");

    /// <summary>The named model that predicts now. It is closed when a newer file replaces it.</summary>
    /// <param name="modelName">Name of the registration; "" is the default model.</param>
    /// <exception cref="ArgumentException">There is no model of this name.</exception>
    public ITransformer GetModel(string modelName)
    {
        EngineLease<TIn, TOut> lease = Model(modelName).Enter();
        lease.Leave();
        return lease.Model;
    }

    /// <summary>Stops watching and releases all engines that are not lent.</summary>
    public void Dispose()
    {
        foreach (ReloadedFile<EngineLease<TIn, TOut>> model in _models.Values)
            model.Dispose();
    }

    internal void LoadAll()
    {
        foreach (ReloadedFile<EngineLease<TIn, TOut>> model in _models.Values)
            model.Enter().Leave();
    }

    private ReloadedFile<EngineLease<TIn, TOut>> Model(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _models.TryGetValue(name, out ReloadedFile<EngineLease<TIn, TOut>>? model)
            ? model
            : throw new ArgumentException($"Model \"{name}\": expected one of "
                + $"{string.Join(", ", _models.Keys.Order(StringComparer.Ordinal).Select(k => $"\"{k}\""))}. Register it with FromFile.", nameof(name));
    }
}
