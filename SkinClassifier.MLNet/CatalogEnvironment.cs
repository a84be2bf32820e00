using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace SkinClassifier.MLNet;

/// <summary>
/// The environment (seed, log, cancellation) of ML.NET's catalogs, which is not public. Every catalog implements an internal interface explicitly; its getter
/// is called by name. A test guards the names.
/// </summary>
internal static class CatalogEnvironment
{
    private const string Getter = "Microsoft.ML.Data.IInternalCatalog.get_Environment";

    /// <summary>Of the trainers of classes.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = Getter)]
    public static extern IHostEnvironment Of(TrainCatalogBase.CatalogInstantiatorBase catalog);

    /// <summary>Of the transforms.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = Getter)]
    public static extern IHostEnvironment Of(TransformsCatalog catalog);

    /// <summary>Of the operations on data.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = Getter)]
    public static extern IHostEnvironment Of(DataOperationsCatalog catalog);
}
