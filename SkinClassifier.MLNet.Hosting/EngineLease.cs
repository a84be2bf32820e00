using System.Security.Cryptography;
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;
using SkinClassifier.Common;
using SkinClassifier.Hosting;

namespace SkinClassifier.MLNet.Hosting;

/// <summary>A loaded zip of ML.NET and its engines, which share one transformer.</summary>
internal sealed class EngineLease<TIn, TOut> : FileLease where TIn : class where TOut : class, new()
{
    private EngineLease(ITransformer model, ObjectPool<PredictionEngine<TIn, TOut>> engines, string sha256, FileVersion version) : base(sha256, version)
        => (Model, Engines) = (model, engines);

    public ITransformer Model { get; }

    public ObjectPool<PredictionEngine<TIn, TOut>> Engines { get; }

    /// <summary>Loads the file and makes the first engine, so that a model whose columns do not fit never takes over.</summary>
    /// <exception cref="InvalidContentException">ML.NET cannot read the file, or its columns do not fit the classes.</exception>
    public static EngineLease<TIn, TOut> Open(MLContext context, string path, FileVersion version)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        file.Position = 0;
        try
        {
            ITransformer model = context.Model.Load(file, out _);
            ObjectPool<PredictionEngine<TIn, TOut>> engines = new DefaultObjectPoolProvider().Create(new Policy(context, model));
            engines.Return(engines.Get());
            return new EngineLease<TIn, TOut>(model, engines, sha256, version);
        }
        catch (Exception error) when (error is not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            throw new InvalidContentException($"{path}: expected a model that ML.NET saved, with input columns as {typeof(TIn).Name} and output columns as "
                + $"{typeof(TOut).Name}, received: {error.Message} Save it with Model.Save again, or correct the classes.", error);
        }
    }

    protected override void Close()
    {
        (Engines as IDisposable)?.Dispose();
        (Model as IDisposable)?.Dispose();
    }

    /// <summary>An engine must not own the transformer: its end would be the end of all the others.</summary>
    private sealed class Policy(MLContext context, ITransformer model) : PooledObjectPolicy<PredictionEngine<TIn, TOut>>
    {
        public override PredictionEngine<TIn, TOut> Create() => context.Model.CreatePredictionEngine<TIn, TOut>(model,
            new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<TIn, TOut> obj) => true;
    }
}
