using SkinClassifier.Hosting;

namespace SkinClassifier.Server.Api;

/// <summary>Finds the model that a request names.</summary>
internal static class ServedModels
{
    /// <summary>The model's registered name: the given one, or, without one, that of the default model or of the only one. Null: there is no such.</summary>
    public static string? Find(IPredictionEnginePools models, string? given)
    {
        IReadOnlyList<ModelStatus> all = models.Status;
        if (string.IsNullOrEmpty(given))
            return all.Any(m => m.Name.Length == 0) ? "" : all.Count == 1 ? all[0].Name : null;
        return all.Any(m => m.Name == given) ? given
            : given == PublicName("") && all.Any(m => m.Name.Length == 0) ? "" : null;
    }

    /// <summary>The name in answers and addresses: the default model has one there, too.</summary>
    public static string PublicName(string name) => name.Length == 0 ? "default" : name;
}
